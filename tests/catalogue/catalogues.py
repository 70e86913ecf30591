"""Embeddings of singers who are apart, and indexes of them."""

import numpy as np

from speechbrain_singer.catalogue.compression import Sizes
from speechbrain_singer.catalogue.tables import EmbeddingTable

DIMENSION, EACH = 8, 20
SMALL = Sizes(compressed=1000)  # so that a test's few are compressed


def table(singers, score="cosine", seed=0):
    """[singers * EACH] recordings, a singer's one after the other."""
    rng = np.random.default_rng(seed)
    centres = np.repeat(rng.normal(size=(singers, DIMENSION)), EACH, axis=0)
    embeddings = centres + rng.normal(0, 0.2, centres.shape)
    names = [f"singer {n // EACH}" for n in range(len(centres))]
    paths = [f"{n}.wav" for n in range(len(centres))]
    about = {
        **{"encoder": "mfcc", "sha256": None, "score": score},
        **{"sample_rate": 44100, "dimension": DIMENSION},
    }
    columns = {"singer": names}
    return EmbeddingTable(paths, embeddings.astype("f4"), columns, about)


def by_hand(queries, embeddings, score, k):
    """The k best of all by NumPy: numbers and scores, [q, k]."""
    queries, embeddings = np.float64(queries), np.float64(embeddings)
    if score == "cosine":
        queries = queries / np.linalg.norm(queries, axis=1, keepdims=True)
        lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
        scores = queries @ (embeddings / lengths).T
    else:
        apart = queries[:, None] - embeddings[None]
        scores = -(apart**2).sum(axis=-1)
    numbers = np.argsort(-scores, axis=1)[:, :k]
    return numbers, np.take_along_axis(scores, numbers, axis=1)


def recall(found, right):
    """The share of what is right that was found."""
    shares = [
        len(np.intersect1d(own, other)) / len(other)
        for own, other in zip(found, right, strict=True)
    ]
    return np.mean(shares)
