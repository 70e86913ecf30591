"""Ranking: where the singer's own clip comes in a list of others."""

import numpy as np
import torch.nn.functional as F


def mean_normalised_rank(
    embeddings, singers, queries, matches, distractors=512, seed=0
):
    """Mean normalised rank (MNR) of the match among clips of other singers.

    For each pair of clips of one singer, the match and `distractors` clips
    drawn from all the other singers are ranked by their cosine to the query;
    the score is the 0-based rank of the match over the length of the list, 0
    at best and about 0.5 by chance (Torres et al., ISMIR 2023). Of equal
    cosines half rank before the match.

    Arguments
    ---------
    embeddings : torch.Tensor
        [clips, dim]
    singers : array_like
        [clips], the singer of each, compared as a whole.
    queries, matches : array_like
        [pairs], row numbers.
    distractors : int
        How many to draw without replacement; all there are, if fewer.
    seed : int

    Returns
    -------
    mnr : float
        In [0, 1); the publication gives it times 100.

    Raises
    ------
    ValueError
        If there are no pairs, a pair is of two singers, or the query's
        singer is the only one.

    Example
    -------
    >>> import torch
    >>> embeddings = torch.tensor([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0]])
    >>> mean_normalised_rank(embeddings, ["a", "a", "b"], [0], [1])
    0.0
    """
    singers = np.asarray(singers)
    queries, matches = np.asarray(queries), np.asarray(matches)
    if queries.size == 0:
        raise ValueError("no pair of clips of one singer: nothing to rank")
    if (singers[queries] != singers[matches]).any():
        raise ValueError("a query and its match are of different singers")
    rng = np.random.default_rng(seed)
    embeddings = F.normalize(embeddings.double(), dim=1).cpu().numpy()
    others = {s: np.flatnonzero(singers != s) for s in set(singers[queries])}
    ranks = np.empty(queries.size)
    for i, (query, match) in enumerate(zip(queries, matches, strict=True)):
        pool = others[singers[query]]
        if pool.size == 0:
            raise ValueError(f"{singers[query]} is the only singer")
        if pool.size > distractors:
            pool = rng.choice(pool, distractors, replace=False)
        cosines = embeddings[pool] @ embeddings[query]
        own = embeddings[match] @ embeddings[query]
        before = (cosines > own).sum() + 0.5 * (cosines == own).sum()
        ranks[i] = before / (pool.size + 1)
    return float(ranks.mean())
