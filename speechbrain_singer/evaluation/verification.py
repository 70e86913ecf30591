"""Verification by cosine or distance: what training measures of an encoder."""

import numpy as np

from speechbrain_singer.evaluation.embeddings import embed_recordings
from speechbrain_singer.evaluation.encoders import by_distance
from speechbrain_singer.metrics.detection import operating_points
from speechbrain_singer.metrics.ranking import mean_normalised_rank
from speechbrain_singer.scoring.cosine import cosine_scores
from speechbrain_singer.scoring.distance import distance_scores
from speechbrain_singer.trials import all_pairs

MAX_RANKED = 1000  # positive trials that are ranked, as published


def error_and_rank(embeddings, rows, trials, distance=False):
    """EER and mean normalised rank of given trials.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    rows : list of dict
        Rows of a manifest, one for each embedding.
    trials : Trials
        Of which at most 1000 of one singer are ranked, as published.
    distance : bool
        Whether recordings are compared by Euclidean distance, not by cosine.

    Returns
    -------
    metrics : dict
        EER and MNR in percent.

    Raises
    ------
    ValueError
        If there are no trials of one of the two kinds.

    Example
    -------
    >>> import torch
    >>> rows = [{"singer": s, "song": str(i)} for i, s in enumerate("aabb")]
    >>> embeddings = torch.tensor([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1]])
    >>> error_and_rank(embeddings, rows, all_pairs(rows))
    {'EER': 0.0, 'MNR': 0.0}
    """
    singers = [row["singer"] for row in rows]
    return {
        "EER": _error(embeddings, trials, distance),
        "MNR": mean_rank(embeddings, singers, trials, distance),
    }


def verification_report(encoder, rows):
    """Verification figures of an encoder on the recordings of a manifest.

    Arguments
    ---------
    encoder : object
        As `embed_recordings` takes it.
    rows : list of dict
        Rows of a manifest.

    Returns
    -------
    report : dict
        Numbers of recordings and singers, the `verification_metrics` of all
        pairs of different songs (`all_pairs`) and, if the manifest knows the
        singers' sex, of those of one sex (`same_sex`); by the encoder's own
        score. Where there are no trials of both kinds the figures are left
        out.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.baselines.mfcc import MFCCStatistics
    >>> rows, rng = [], np.random.default_rng(0)
    >>> for i, singer in enumerate("aabb"):
    ...     path = str(getfixture("tmp_path") / f"{i}.wav")
    ...     soundfile.write(path, rng.standard_normal(9000) / 9, 44100)
    ...     rows.append({"wav": path, "singer": singer, "song": str(i)})
    >>> verification_report(MFCCStatistics(), rows)["all_pairs"]["trials"]
    6
    """
    embeddings, rows = embed_recordings(encoder, rows)
    report = {
        "recordings": len(rows),
        "singers": len({row["singer"] for row in rows}),
    }
    kinds = {"all_pairs": ()}
    if rows and "sex" in rows[0]:
        kinds["same_sex"] = ("sex",)
    for kind, same in kinds.items():
        trials = all_pairs(rows, same)
        if trials.both_kinds:
            report[kind] = verification_metrics(
                embeddings, rows, trials, by_distance(encoder)
            )
    return report


def verification_metrics(embeddings, rows, trials, distance=False):
    """`error_and_rank`, and what else training reports of an encoder.

    Arguments
    ---------
    embeddings, rows, trials, distance
        As `error_and_rank` takes them.

    Returns
    -------
    metrics : dict
        EER and MNR in percent; `EER_standardised`, with every dimension
        standardised over these recordings; the number of trials and of those
        by the same singer.
    """
    return {
        **error_and_rank(embeddings, rows, trials, distance),
        "EER_standardised": standardised_error(embeddings, trials, distance),
        "trials": len(trials.labels),
        "same_singer_trials": int(trials.labels.sum()),
    }


def _error(embeddings, trials, distance):
    """Equal error rate in percent."""
    score = distance_scores if distance else cosine_scores
    scores = score(embeddings, trials)
    return 100 * operating_points(scores, trials.labels).equal_error()[0]


def standardised_error(embeddings, trials, distance=False):
    """EER in percent, with dimensions of mean 0 and deviation 1 in the set."""
    centred = embeddings - embeddings.mean(dim=0)
    deviation = embeddings.std(dim=0, correction=0).clamp(min=1e-12)
    return _error(centred / deviation, trials, distance)


def mean_rank(embeddings, singers, trials, distance=False):
    """Mean normalised rank in percent, of 1000 positive trials at most."""
    pairs = np.stack(trials.positives)
    if pairs.shape[1] > MAX_RANKED:
        chosen = np.random.default_rng(0).choice(
            pairs.shape[1], MAX_RANKED, replace=False
        )
        pairs = pairs[:, chosen]
    rank = mean_normalised_rank(embeddings, singers, pairs, distance=distance)
    return 100 * rank


def threshold_of_equal_errors(embeddings, rows, corpus, score=cosine_scores):
    """The score at which recordings of given singers are told apart best.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    rows : list of dict
        Rows of a manifest, with pairs of one singer and of two.
    corpus : str
        What they are of, for those who read it.
    score : callable
        From embeddings and trials to the scores of these.

    Returns
    -------
    threshold : float
        Where both errors are equal, over all pairs of recordings.
    set_on : dict
        What it was set on, as `store_threshold` takes it.
    """
    trials = all_pairs(rows)
    scores = score(embeddings, trials)
    rate, threshold = operating_points(scores, trials.labels).equal_error()
    return threshold, {
        "corpus": corpus,
        "singers": len({row["singer"] for row in rows}),
        "recordings": len(rows),
        "trials": len(trials.labels),
        "EER_percent": 100 * rate,
    }
