"""Ranking: where a singer's own clips come in a list of others."""

import numpy as np
import torch.nn.functional as F
from scipy.stats import hypergeom

from speechbrain_singer.numbering import numbered

BLOCK = 2**22  # scores in memory at a time


def mean_normalised_rank(
    embeddings, singers, pairs, distractors=512, seed=0, distance=False
):
    """Mean normalised rank (MNR) of the match among clips of other singers.

    For each pair of clips of one singer, the match and `distractors` clips
    drawn from all the other singers are ranked by their cosine to the query;
    the score is the 0-based rank of the match over the length of the list, 0
    at best and about 0.5 by chance (Torres et al., ISMIR 2023). Of equal
    ones half rank before the match.

    Arguments
    ---------
    embeddings : torch.Tensor
        [clips, dim]
    singers : array_like
        [clips], the singer of each, compared as a whole.
    pairs : array_like
        [2, pairs], row numbers of the queries and of their matches.
    distractors : int
        How many to draw without replacement; all there are, if fewer.
    seed : int
    distance : bool
        Whether they are ranked by Euclidean distance, not by cosine.

    Returns
    -------
    mnr : float
        In [0, 1); the publication gives it times 100.

    Raises
    ------
    ValueError
        If there are no pairs, a pair is of two singers, the query's singer
        is the only one, or an embedding is not finite.

    Example
    -------
    >>> import torch
    >>> embeddings = torch.tensor([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0]])
    >>> mean_normalised_rank(embeddings, ["a", "a", "b"], ([0], [1]))
    0.0
    """
    singers = np.asarray(singers)
    queries, matches = np.asarray(pairs)
    if queries.size == 0:
        raise ValueError("no pair of clips of one singer: nothing to rank")
    if (singers[queries] != singers[matches]).any():
        raise ValueError("a query and its match are of different singers")
    _refuse_not_finite(embeddings)
    rng = np.random.default_rng(seed)
    vectors = embeddings.cpu().numpy()
    compare = _nearness if distance else _cosines
    own = {s: np.flatnonzero(singers == s) for s in set(singers[queries])}
    ranks = np.empty(queries.size)
    for i, (query, match) in enumerate(zip(queries, matches, strict=True)):
        pool = _draw_others(own[singers[query]], len(singers), distractors, rng)
        if pool.size == 0:
            raise ValueError(f"{singers[query]} is the only singer")
        rows = np.append(match, pool)
        scores = compare(vectors[rows], vectors[query])
        before = (scores[1:] > scores[0]).sum()
        equal = (scores[1:] == scores[0]).sum()
        ranks[i] = (before + 0.5 * equal) / scores.size
    return float(ranks.mean())


def _draw_others(own, clips, count, rng):
    """Some row numbers that are not among `own`, which ascend."""
    others = clips - own.size
    if others > count:
        drawn = rng.choice(others, count, replace=False)
    else:
        drawn = np.arange(others)
    # Each number moves on by how many of `own` come before it
    return drawn + np.searchsorted(own - np.arange(own.size), drawn, "right")


def _cosines(vectors, query):
    """Cosines of rows to a query times its length, which orders the same."""
    vectors, query = vectors.astype(np.float64), query.astype(np.float64)
    # Equal rows give equal sums. A product of matrices rounds by their place
    lengths = np.sqrt(np.einsum("rd,rd->r", vectors, vectors))
    return np.einsum("rd,d->r", vectors, query) / np.maximum(lengths, 1e-12)


def _nearness(vectors, query):
    """Minus the squared distance of rows to a query."""
    differences = vectors.astype(np.float64) - query.astype(np.float64)
    return -np.einsum("rd,rd->r", differences, differences)


def retrieval_metrics(
    embeddings, singers, groups=None, ks=(1, 5, 10), distance=False
):
    """Recall at k and mean average precision, from one search.

    Every clip is the query once, against all others, ranked by cosine (in
    float32, to 6 decimals, so that equal embeddings tie). Queries without
    another clip of their singer are left out. Of equal ones any order is as
    likely for the recall, and they are one step for the precision.

    Arguments
    ---------
    embeddings : torch.Tensor
        [clips, dim]
    singers : array_like
        [clips]
    groups : array_like, optional
        [clips], such as the recording or the song of each: clips of the
        query's group are left out of its list.
    ks : sequence of int
    distance : bool
        Whether they are ranked by Euclidean distance, not by cosine.

    Returns
    -------
    metrics : dict
        mAP and recall@k for each k, in [0, 1], and the number of queries.

    Raises
    ------
    ValueError
        If no query has another clip of its singer, an embedding is not
        finite, or there is not one singer and group for each.

    Example
    -------
    >>> import torch
    >>> embeddings = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.1, 1.0]])
    >>> retrieval_metrics(embeddings, ["a", "a", "b"], ks=(1, 2))
    {'mAP': 0.5, 'recall@1': 0.0, 'recall@2': 1.0, 'queries': 2}
    """
    found = list(_search(embeddings, singers, groups, distance))
    if not found:
        raise ValueError(
            "no clip has another one of its singer (outside its group): "
            "nothing to retrieve"
        )
    precision, above, tied, relevant = np.array(found).T
    metrics = {"mAP": float(precision.mean())}
    for k in ks:
        # Of the clips tied at the nearest relevant one, so many are within k
        within = np.clip(k - above, 0, tied)
        missed = hypergeom.pmf(0, tied, relevant, within)
        metrics[f"recall@{k}"] = float(np.mean(1 - missed))
    return {**metrics, "queries": len(found)}


def _search(embeddings, singers, groups, distance):
    """What `_ranks` tells of each query, in blocks of queries."""
    _refuse_not_finite(embeddings)
    clips = len(embeddings)
    singers = _numbered(singers, clips)
    groups = _numbered(np.arange(clips) if groups is None else groups, clips)
    own = [np.flatnonzero(singers == s) for s in range(singers.max() + 1)]
    compare = (_all_nearness if distance else _all_cosines)(embeddings)
    size = max(1, BLOCK // clips)
    for start in range(0, clips, size):
        block = slice(start, start + size)
        scores = np.round(compare(block), 6)
        scores[groups[block, None] == groups] = -np.inf
        ascending = np.sort(scores, axis=1)
        for row, singer in enumerate(singers[block]):
            relevant = np.sort(scores[row, own[singer]])
            relevant = relevant[relevant > -np.inf]
            if relevant.size:
                yield _ranks(ascending[row], relevant)


def _all_cosines(embeddings):
    """From a block of clips to their cosines to all: [block, clips]."""
    vectors = F.normalize(embeddings.float(), dim=1).cpu().numpy()
    return lambda block: vectors[block] @ vectors.T


def _all_nearness(embeddings):
    """As `_all_cosines`, minus squared distances, their mean being 2."""
    vectors = embeddings.double().cpu().numpy()
    vectors = vectors - vectors.mean(axis=0)
    squares = np.einsum("rd,rd->r", vectors, vectors)
    scale = max(squares.mean(), 1e-300)

    def nearness(block):
        products = vectors[block] @ vectors.T
        return (2 * products - squares[block, None] - squares) / scale

    return nearness


def _ranks(ascending, relevant):
    """Average precision; and how many clips are above the nearest relevant
    one, how many are tied with it, and how many of these are relevant.

    The scores of the query ascend: of all clips, and of the relevant ones.
    """
    at_least = len(ascending) - np.searchsorted(ascending, relevant)
    hits = len(relevant) - np.searchsorted(relevant, relevant)
    nearest = relevant[-1]
    above = len(ascending) - np.searchsorted(ascending, nearest, "right")
    tied_relevant = (relevant == nearest).sum()
    precision = np.mean(hits / at_least)
    return precision, above, at_least[-1] - above, tied_relevant


def _numbered(names, clips):
    names = np.asarray(names)
    if names.shape != (clips,):
        raise ValueError(
            f"one singer and one group per embedding are needed, got "
            f"{names.shape} for {clips}"
        )
    return numbered(names.tolist())


def _refuse_not_finite(embeddings):
    bad = int((~embeddings.isfinite()).any(dim=1).sum())
    if bad:
        raise ValueError(f"{bad} of {len(embeddings)} embeddings not finite")
