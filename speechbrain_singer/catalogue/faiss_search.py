"""Many vectors in little memory: an index of faiss, compressed."""

from pathlib import Path

import numpy as np
import torch

from speechbrain_singer.catalogue.probing import QUERIES, choose_probing
from speechbrain_singer.extras import imported

FILE = "vectors.faiss"
_SEED = 1234
_PER_CODE = 64  # vectors for each of the 256 codes of a byte


def faiss():
    """The package `faiss`.

    Raises
    ------
    ImportError
        If it is missing; the message says how to install it.

    Example
    -------
    >>> faiss().METRIC_L2
    1
    """
    return imported("catalogue", "an index of faiss", "faiss")


def build_faiss(folder, vectors, recipe):
    """Writes `vectors.faiss`.

    It is trained on a sample, and filled block by block: never are all vectors
    in memory.

    Arguments
    ---------
    folder : Path
    vectors : StoredVectors
    recipe : Recipe

    Returns
    -------
    probing : Probing
    """
    # Of unit vectors too: the nearest are those of the largest cosine, and
    # axes may be centred, which changes inner products
    index = faiss().index_factory(
        vectors.values.shape[1], recipe.factory, faiss().METRIC_L2
    )
    _make_quick(index)
    shuffled = np.random.default_rng(_SEED).permutation(len(vectors))
    index.train(vectors.take(np.sort(shuffled[: recipe.sample])).numpy())
    for block in vectors.blocks():
        index.add(block.numpy())
    faiss().write_index(index, str(folder / FILE))
    candidates = FaissSearch(index).candidates
    return choose_probing(vectors, shuffled[-QUERIES:], recipe, candidates)


def _make_quick(index):
    """Settings of before the training, beside faiss's own.

    Half of its rounds and a quarter of its points: as good, in a tenth of the
    time. Codes are of vectors, not of what is left of them beside the centre
    of a list: one table a query, not one for each list, and as much found.
    """
    lists = faiss().downcast_index(faiss().extract_index_ivf(index))
    lists.by_residual = False
    clustering = lists.pq.cp
    clustering.niter, clustering.max_points_per_centroid = 12, _PER_CODE
    rotation = faiss().downcast_VectorTransform(index.chain.at(0))
    if isinstance(rotation, faiss().OPQMatrix):
        rotation.max_train_points = 256 * _PER_CODE


class FaissSearch:
    """Finds short lists.

    Arguments
    ---------
    index : faiss.Index
    """

    def __init__(self, index):
        self.index = index

    @classmethod
    def open(cls, folder):
        """Reads the index of a folder; a ValueError says if it is damaged."""
        path = Path(folder, FILE)
        try:
            return cls(faiss().read_index(str(path)))
        except RuntimeError as error:
            raise ValueError(f"{path}: damaged ({error})") from error

    def candidates(self, queries, length, probes):
        """The nearest by their codes.

        Arguments
        ---------
        queries : torch.Tensor
            [q, dim]
        length : int
        probes : int

        Returns
        -------
        numbers : np.ndarray
            [q, length], -1 where there are not so many.
        """
        ivf = faiss().SearchParametersIVF(nprobe=probes)
        params = faiss().SearchParametersPreTransform(index_params=ivf)
        queries = torch.as_tensor(queries).numpy()
        return self.index.search(queries, length, params=params)[1]
