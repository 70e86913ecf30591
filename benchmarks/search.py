"""Searching in a catalogue: how much is found, how fast, and in what memory.

    python benchmarks/search.py [--lancedb-most 100000] 10000 100000 1000000

Vectors of 256 dimensions, spread as those of the encoder in the box on real
singers: 20 recordings of each singer, of cosine 0.93 on average, and 0.84
between singers. The queries are further recordings of 200 of them. Beside
NumPy, which compares all, faiss's flat index, and LanceDB. One thread.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ["OMP_NUM_THREADS"] = "1"  # before anything reads it

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from speechbrain_singer.catalogue.faiss_search import faiss
from speechbrain_singer.catalogue.index import build_index, open_index
from speechbrain_singer.catalogue.tables import EmbeddingTable

DIMENSION, EACH, K = 256, 20, 10
# Of the squared length, 1: what all vectors share, what singers differ by, and
# what recordings do. The axes of the latter two fall off with so many
# dimensions.
SHARED, SINGERS, RECORDINGS = 0.844, (0.0895, 10.0), (0.0666, 14.0)
QUERIES, PART, SECONDS = 200, 50_000, 5.0


def axes(rng, variance, decay):
    """[dim, dim]: from white noise to vectors of a variance."""
    powers = np.exp(-np.arange(DIMENSION) / decay)
    rotation, _ = np.linalg.qr(rng.normal(size=(DIMENSION, DIMENSION)))
    scales = np.sqrt(variance * powers / powers.sum())
    return (scales[:, None] * rotation).astype(np.float32)


def draw_catalogue(count):
    """Vectors [count, dim], float32, of length 1; and queries [200, dim]."""
    rng = np.random.default_rng(1234)
    shared = rng.normal(size=DIMENSION)
    shared *= SHARED**0.5 / np.linalg.norm(shared)
    between, within = axes(rng, *SINGERS), axes(rng, *RECORDINGS)
    white = rng.normal(size=(count // EACH, DIMENSION)).astype(np.float32)
    singers = shared.astype(np.float32) + white @ between
    vectors = np.repeat(singers, EACH, axis=0)
    queries = rng.choice(singers, QUERIES, replace=False)
    for block in (*np.split(vectors, range(PART, count, PART)), queries):
        noise = rng.standard_normal(block.shape, dtype=np.float32)
        block += noise @ within
        block /= np.linalg.norm(block, axis=1, keepdims=True)
    return vectors, queries


def parts_of(vectors):
    """The vectors as a table of several parts."""
    for start in range(0, len(vectors), PART):
        part = vectors[start : start + PART]
        numbers = range(start, start + len(part))
        columns = {"singer": [f"singer {n // EACH}" for n in numbers]}
        paths = [f"songs/{n}.flac" for n in numbers]
        about = {"encoder": "", "score": "cosine", "dimension": DIMENSION}
        yield EmbeddingTable(paths, part, columns, about)


def by_numpy(vectors):
    """What one would write: all scores, the ten best, in order."""

    def search(queries):
        found = []
        for scores in queries @ vectors.T:
            best = np.argpartition(-scores, K)[:K]
            found.append(best[np.argsort(-scores[best])])
        return np.array(found)

    return search


def rate(search, queries, batch):
    """Queries a second, in batches, over some seconds."""
    search(queries[:batch])  # reads from disk, the first time
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SECONDS:
        first = done % (QUERIES - batch + 1)
        search(queries[first : first + batch])
        done += batch
    return done / spent


def recall(found, right):
    """Mean share of the right ones that were found."""
    pairs = zip(found, right, strict=True)
    return np.mean([len(np.intersect1d(*pair)) / K for pair in pairs])


def folder_bytes(folder, pattern):
    """Of the files in it that a pattern fits."""
    files = Path(folder).glob(pattern)
    return sum(path.stat().st_size for path in files if path.is_file())


def built(vectors, folder, backend):
    """An index of ours: its search, bytes in memory and on disk, seconds."""
    start = time.perf_counter()
    facts = build_index(parts_of(vectors), folder, backend)
    took = time.perf_counter() - start
    print(f"  {backend}: {facts['recipe']}, {facts['probing']}", flush=True)
    index = open_index(folder)
    memory = folder_bytes(folder, "vectors.faiss") / len(vectors)
    disk = folder_bytes(folder, "**/*") / len(vectors)
    return lambda queries: index.search(queries, K)[0], memory, disk, took


def ways_of(vectors, folder, with_lancedb):
    """Yields a name, a search, bytes in memory and on disk, seconds."""
    plain = 4 * DIMENSION
    yield "NumPy, all", by_numpy(vectors), plain, 0, 0.0
    flat = faiss().IndexFlatIP(DIMENSION)
    flat.add(vectors)
    yield "faiss, flat", lambda own: flat.search(own, K)[1], plain, 0, 0.0
    flat.reset()
    for backend in ("faiss", "lancedb") if with_lancedb else ("faiss",):
        own = built(vectors, folder / backend, backend)
        yield f"ours, {backend}", *own


def measure(count, folder, with_lancedb):
    """Prints a line for each way."""
    vectors, queries = draw_catalogue(count)
    right = None
    for name, search, *costs in ways_of(vectors, folder, with_lancedb):
        found = search(queries)
        right = found if right is None else right
        memory, disk, took = costs
        line = f"{name:<14}{recall(found, right):8.3f}"
        line += f"{rate(search, queries, 1):11.0f}"
        line += f"{rate(search, queries, 100):11.0f}"
        print(f"{line}{memory:9.0f}{disk:9.0f}{took:10.1f}", flush=True)


def main():
    """Prints a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=int, nargs="+")
    parser.add_argument("--lancedb-most", type=int, default=10**5)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for count in arguments.counts:
        print(f"{count:,} vectors of {DIMENSION} dimensions, one thread")
        with (
            threadpool_limits(1),
            tempfile.TemporaryDirectory() as folder,
        ):
            print(
                "              recall@10  q/s, one  q/s, 100   bytes in "
                "memory, on disk   build s"
            )
            measure(count, Path(folder), count <= arguments.lancedb_most)


if __name__ == "__main__":
    main()
