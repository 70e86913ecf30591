"""What an index is asked: by files, by a singer, by a voice in a mixture."""

import os

import torch

from speechbrain_singer.catalogue.row_store import PATH
from speechbrain_singer.catalogue.stored_vectors import NOBODY
from speechbrain_singer.catalogue.voices import separated_voices
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.evaluation.embeddings import device_of, encode_rows
from speechbrain_singer.evaluation.encoders import load_encoder

SINGER = "singer"  # the column of the names


def encoder_of(index, name=None, device="cpu"):
    """The encoder that an index was made with.

    Arguments
    ---------
    index : Index
    name : str or Path, optional
        Where the encoder lies by now; where it was if left out.
    device : str

    Returns
    -------
    encoder : object

    Raises
    ------
    OSError
        If it cannot be loaded.
    ValueError
        If it is another one.
    """
    name = name or index.about["encoder"]
    encoder = load_encoder(name, {"device": device})
    given = getattr(encoder, "sha256", None), encoder.dimension
    wanted = index.about.get("sha256"), index.about["dimension"]
    if given != wanted:
        raise ValueError(
            f"{name}: another encoder than the index was made with (SHA-256 "
            f"{given[0]}, the index's {wanted[0]}): name that one with "
            "--encoder, or embed and index with this one anew"
        )
    return encoder


def search_files(index, encoder, paths, k=10, where=None):
    """The recordings whose singers are most like those of some files.

    Arguments
    ---------
    index : Index
    encoder : object
        As `encoder_of` loads it.
    paths : list of (str or Path)
        A recording is not found by itself.
    k : int
    where : str, optional
        As `Index.search` takes it.

    Returns
    -------
    found : list of (list of dict or None)
        Of each file its results, see `neighbours`; with `same_singer`, whether
        the score lies above the encoder's threshold, if it has one. None, and
        a warning, of a file that cannot be read.

    Raises
    ------
    AudioError
        If none can be read.
    """
    return _search(index, encoder, [(path, path) for path in paths], (k, where))


def _search(index, encoder, pairs, limits):
    """By pairs: the path that is heard, and the one that is no answer."""
    rows = [{"wav": str(heard)} for heard, _ in pairs]
    vectors = encode_rows(encoder, rows, progressbar=False)
    threshold = getattr(encoder, "threshold", None)
    found = []
    for (_, own), vector in zip(pairs, vectors, strict=True):
        if not vector.isfinite().all():
            found.append(None)
            continue
        results = neighbours(index, vector, *limits, _is_file(own))
        for result in results if threshold is not None else []:
            result["same_singer"] = result["score"] > threshold
        found.append(results)
    return found


def _is_file(path):
    own = os.path.abspath(path)
    return lambda row: os.path.abspath(row[PATH]) == own


def search_mixtures(index, encoder, paths, k=10, where=None, separator=None):
    """As `search_files`, by the voices of mixtures.

    Arguments
    ---------
    index, encoder, paths, k, where
        As `search_files` takes them.
    separator : object, optional
        See `separated_voices`.

    Returns
    -------
    found : list of (list of dict or None)

    Raises
    ------
    AudioError
        If none can be separated.
    OSError
        If the separator's weights are not there.
    """
    device = device_of(encoder)
    with separated_voices(paths, separator, device) as voices:
        pairs = zip(voices, paths, strict=True)
        pairs = [(voice, path) for voice, path in pairs if voice is not None]
        if not pairs:
            raise AudioError(f"none of {len(paths)} mixtures can be separated")
        results = iter(_search(index, encoder, pairs, (k, where)))
    return [None if voice is None else next(results) for voice in voices]


def search_singer(index, singer, k=10, where=None):
    """The recordings of others that are most like a singer of the index.

    Arguments
    ---------
    index : Index
    singer : str
        A name in its column `singer`.
    k : int
    where : str, optional

    Returns
    -------
    results : list of dict
        See `neighbours`. They are compared with the mean of the singer's
        recordings, which is nearer to all of them than a recording is: the
        encoder's threshold, for pairs of recordings, does not hold.

    Raises
    ------
    ValueError
        If the index has no singers, or not this one.
    """
    numbers = index.rows.where(SINGER, singer)
    if not len(numbers):
        raise ValueError(f"no singer {singer!r} in this index")
    mean = index.vectors.take(numbers).mean(dim=0)
    return neighbours(index, mean, k, where, lambda row: row[SINGER] == singer)


def neighbours(index, vector, k, where=None, is_left_out=lambda row: False):
    """The rows of an index that are nearest to a vector.

    Arguments
    ---------
    index : Index
    vector : torch.Tensor or np.ndarray
        [dim]
    k : int
    where : str, optional
    is_left_out : callable
        Whether a row is no answer.

    Returns
    -------
    results : list of dict
        At most k, with `rank` from 1 on, `score`, `path` and the columns.
    """
    vectors = torch.as_tensor(vector)[None]
    asked = k + 1
    while True:
        numbers, scores = index.search(vectors, asked, where)
        pairs = zip(numbers[0], scores[0].tolist(), strict=True)
        found = [(index.rows[n], score) for n, score in pairs if n != NOBODY]
        kept = [pair for pair in found if not is_left_out(pair[0])]
        if len(kept) >= k or len(found) < asked:
            break
        asked *= 2
    results = []
    for rank, (row, score) in enumerate(kept[:k], 1):
        own = {"rank": rank, "score": score}
        results.append(own | row | own)  # whatever its columns are named
    return results
