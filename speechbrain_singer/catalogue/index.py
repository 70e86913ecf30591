"""An index of recordings: who sings like this, among all of them?"""

import json
import os
from dataclasses import asdict
from pathlib import Path

import torch

from speechbrain_singer.catalogue.compression import SIZES, choose_recipe
from speechbrain_singer.catalogue.faiss_search import FaissSearch, build_faiss
from speechbrain_singer.catalogue.filters import parse_equality
from speechbrain_singer.catalogue.lancedb_search import (
    LanceSearch,
    build_lancedb,
)
from speechbrain_singer.catalogue.probing import Probing
from speechbrain_singer.catalogue.row_store import RowStore
from speechbrain_singer.catalogue.stored_vectors import StoredVectors
from speechbrain_singer.catalogue.storing import store
from speechbrain_singer.checks import check_choice, check_whole
from speechbrain_singer.dataio.files import atomic_open, read_json
from speechbrain_singer.dataio.folders import atomic_folder
from speechbrain_singer.inference.scores import COSINE

FILE = "index.json"
FLAT, FAISS, LANCEDB = "flat", "faiss", "lancedb"
BACKENDS = (FAISS, LANCEDB)
# Of values that are missing, or of another kind, and of files that are
_DAMAGES = (KeyError, TypeError, ValueError, FileNotFoundError)
_REMEDY = "build it anew with `singer index`"


def build_index(parts, folder, backend=FAISS, sizes=SIZES):
    """Makes an index of embeddings.

    It is written beside the folder, and takes its place once it is complete.

    Arguments
    ---------
    parts : iterable of EmbeddingTable
        Of one encoder, see `read_parts`. They go through memory one by one.
    folder : str or Path
        A former index in it is replaced.
    backend : str
        faiss, which compresses where there are many and compares all where
        there are few; or lancedb, which filters by SQL.
    sizes : Sizes
        From how many on it compresses.

    Returns
    -------
    facts : dict
        What `index.json` in the folder says.

    Raises
    ------
    ValueError
        If there is no embedding, the parts are of two encoders, or something
        else lies in the folder.

    Example
    -------
    >>> import numpy as np
    >>> from speechbrain_singer.catalogue.tables import EmbeddingTable
    >>> about = {"encoder": "mfcc", "score": "cosine", "dimension": 2}
    >>> x = np.array([[1, 0], [4, 3], [0, 2]])
    >>> table = EmbeddingTable(["a", "b", "c"], x, {}, about)
    >>> folder = getfixture("tmp_path") / "index"
    >>> build_index([table], folder)["kind"]
    'flat'
    >>> numbers, scores = open_index(folder).search([[1.0, 0.0]], k=2)
    >>> numbers.tolist(), scores.round(1).tolist()
    ([[0, 1]], [[1.0, 0.800000011920929]])
    """
    check_choice("backend", backend, BACKENDS)
    _check_replaceable(folder)
    with atomic_folder(folder) as fresh:
        stored = store(parts, fresh, sizes.compressed)
        recipe = choose_recipe(*stored.shape, sizes)
        vectors, probing = stored.vectors(fresh), None
        if backend == LANCEDB:
            rows = RowStore(fresh)
            probing = build_lancedb(fresh, vectors, rows, recipe)
        elif recipe is not None:
            probing = build_faiss(fresh, vectors, recipe)
        facts = {
            "kind": FLAT if (backend, recipe) == (FAISS, None) else backend,
            **stored._asdict(),
            "recipe": recipe and asdict(recipe),
            "probing": probing and asdict(probing),
            "bytes": {path.name: path.stat().st_size for path in _files(fresh)},
        }
        with atomic_open(fresh / FILE) as file:
            json.dump(facts, file, indent=1)
    return facts


def open_index(folder):
    """Opens an index. It stays on disk, but for the codes of faiss.

    Arguments
    ---------
    folder : str or Path

    Returns
    -------
    index : Index

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it is damaged.
    """
    path = Path(folder, FILE)
    if not path.is_file():
        raise FileNotFoundError(
            f"{folder}: no index of recordings: make one with `singer index`"
        )
    facts = read_json(path, _REMEDY)
    try:
        for name, size in dict(facts["bytes"]).items():
            if not size == os.stat(Path(folder, name)).st_size:
                raise ValueError(f"{name}: not of {size} bytes")
        return Index(folder, facts)
    except _DAMAGES as error:
        raise ValueError(
            f"{folder}: damaged: {_REMEDY} ({type(error).__name__}: {error})"
        ) from error


class Index:
    """The recordings of a catalogue, by how alike their singers are.

    Arguments
    ---------
    folder : str or Path
    facts : dict
        What `index.json` says.

    Attributes
    ----------
    about : dict
        Of the encoder: `encoder`, `sha256`, `score`, `dimension`, ...
    vectors : StoredVectors
    rows : RowStore
        `rows[number]` is a dict of `path` and the columns.
    """

    def __init__(self, folder, facts):
        self.kind, self.about = facts["kind"], facts["about"]
        self.vectors = StoredVectors(
            folder, facts["shape"], facts["dtype"], self.about["score"]
        )
        self.rows = RowStore(folder)
        self._probing = facts["probing"] and Probing(**facts["probing"])
        backends = {FAISS: FaissSearch, LANCEDB: LanceSearch}
        if self.kind != FLAT:
            self._backend = backends[self.kind].open(folder)

    def __len__(self):
        return len(self.vectors)

    def search(self, vectors, k=10, where=None):
        """The nearest recordings of some vectors.

        Arguments
        ---------
        vectors : array_like
            [q, dim], as the encoder gives them.
        k : int
        where : str, optional
            Which recordings count: `singer = 'ann'`; with LanceDB any SQL.

        Returns
        -------
        numbers : np.ndarray
            [q, k], int64, of rows, from the most alike on; -1 where there are
            not so many.
        scores : np.ndarray
            [q, k], float32: cosine or minus squared distance, exact for all
            that are found; -inf where there is none.

        Raises
        ------
        ValueError
            If the vectors are of another dimension or not finite, or the
            filter cannot be understood.
        """
        check_whole("k, the recordings to find", k, least=1)
        queries = self._queries(vectors)
        candidates = self._candidates(queries, min(k, len(self)), where)
        return self.vectors.rank(queries, candidates, k)

    def _queries(self, vectors):
        queries = torch.as_tensor(vectors).float().cpu()
        dimension = self.vectors.values.shape[1]
        if queries.ndim != 2 or queries.shape[1] != dimension:
            raise ValueError(
                f"vectors of {list(queries.shape)}: the index takes [queries, "
                f"{dimension}], of the encoder {self.about['encoder']}"
            )
        if not queries.isfinite().all():
            raise ValueError("vectors: some are not finite: leave them out")
        if self.about["score"] == COSINE:
            queries = torch.nn.functional.normalize(queries, dim=1)
        return queries

    def _candidates(self, queries, k, where):
        length, probes = k, None
        if self._probing:
            probes, length = self._probing.of_neighbours(k)
            length = min(length, len(self))
        if self.kind == LANCEDB:
            return self._backend.candidates(queries, length, probes, where)
        if where is not None:
            among = self.rows.where(*parse_equality(where))
            return self.vectors.nearest(queries, k, among)
        if self.kind == FLAT:
            return self.vectors.nearest(queries, k)
        return self._backend.candidates(queries, length, probes)


def _check_replaceable(folder):
    folder = Path(folder)
    if folder.is_file() or (
        folder.is_dir()
        and any(folder.iterdir())
        and not (folder / FILE).is_file()
    ):
        raise ValueError(
            f"{folder}: there is something else than an index: name another "
            "folder"
        )


def _files(folder):
    return [path for path in folder.iterdir() if path.is_file()]
