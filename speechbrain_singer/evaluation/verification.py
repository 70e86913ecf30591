"""Verification figures of embeddings whose singers are known."""

import numpy as np
import torch.nn.functional as F

from speechbrain_singer.dataio.trials import all_pairs
from speechbrain_singer.metrics.ranking import mean_normalised_rank
from speechbrain_singer.metrics.verification import eer

MAX_RANKED = 1000  # positive trials that are ranked, as published


def cosine_scores(embeddings, trials):
    """Cosine of both recordings of each trial.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    trials : Trials

    Returns
    -------
    scores : np.ndarray
        [trials]

    Example
    -------
    >>> import torch
    >>> from speechbrain_singer.dataio.trials import Trials
    >>> trials = Trials(np.array([0]), np.array([1]), np.array([1]))
    >>> cosine_scores(torch.tensor([[1.0, 0.0], [0.0, 2.0]]), trials)
    array([0.])
    """
    normalised = F.normalize(embeddings.double(), dim=1)
    similarity = normalised @ normalised.T
    return similarity[trials.first, trials.second].cpu().numpy()


def standardise(embeddings):
    """Each dimension to mean 0 and deviation 1 over the set: [n, dim]."""
    centred = embeddings - embeddings.mean(dim=0)
    return centred / embeddings.std(dim=0, correction=0).clamp(min=1e-12)


def verification_metrics(embeddings, rows, same=(), different=("song",)):
    """EER and mean normalised rank of recordings, by cosine.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    rows : list of dict
        Rows of a manifest, one for each embedding.
    same, different : sequence of str
        Columns in which the recordings of a trial agree and differ.

    Returns
    -------
    metrics : dict
        EER and MNR in percent, the number of trials and of those by the same
        singer, and `EER_standardised`: with every dimension standardised
        over these recordings, as one may do with a set at hand.

    Raises
    ------
    ValueError
        If there are no trials of one of the two kinds.

    Example
    -------
    >>> import torch
    >>> rows = [{"singer": s, "song": str(i)} for i, s in enumerate("aabb")]
    >>> embeddings = torch.tensor([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1]])
    >>> verification_metrics(embeddings, rows)["EER"]
    0.0
    """
    trials = all_pairs(rows, same, different)
    standardised = cosine_scores(standardise(embeddings), trials)
    return {
        **error_and_rank(embeddings, rows, trials),
        "EER_standardised": 100 * eer(standardised, trials.labels)[0],
        "trials": len(trials.labels),
        "same_singer_trials": int(trials.labels.sum()),
    }


def error_and_rank(embeddings, rows, trials):
    """EER and mean normalised rank of given trials, by cosine.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    rows : list of dict
        Rows of a manifest, one for each embedding.
    trials : Trials
        Of which at most 1000 of one singer are ranked, as published.

    Returns
    -------
    metrics : dict
        EER and MNR in percent.

    Example
    -------
    >>> import torch
    >>> rows = [{"singer": s, "song": str(i)} for i, s in enumerate("aabb")]
    >>> embeddings = torch.tensor([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1]])
    >>> error_and_rank(embeddings, rows, all_pairs(rows))
    {'EER': 0.0, 'MNR': 0.0}
    """
    rate, _ = eer(cosine_scores(embeddings, trials), trials.labels)
    queries, matches = trials.positives
    if queries.size > MAX_RANKED:
        chosen = np.random.default_rng(0).choice(
            queries.size, MAX_RANKED, replace=False
        )
        queries, matches = queries[chosen], matches[chosen]
    singers = [row["singer"] for row in rows]
    rank = mean_normalised_rank(embeddings, singers, queries, matches)
    return {"EER": 100 * rate, "MNR": 100 * rank}
