"""Identification: can a singer be named from the embeddings?"""

from collections import Counter

from speechbrain_singer.dataio.fold_draws import group_numbers
from speechbrain_singer.evaluation.song_effect import song_effect


def identification_report(
    embeddings, rows, validation, few_shot=None, progressbar=True
):
    """How well probes name the singers, of clips, recordings and few clips.

    Arguments
    ---------
    embeddings : torch.Tensor
        [rows, dim]
    rows : list of dict
        Rows of a manifest, with the columns `recording`, `singer` and `song`.
    validation : CrossValidation
    few_shot : FewShot, optional
        Without it there are no curves.
    progressbar : bool

    Returns
    -------
    report : dict
        What was measured; by probe its figures, what it chose in each fold
        and its confusion matrix; the figures of whole recordings where rows
        are clips of them; `few_shot` and `song_effect`.
    predictions : dict of str to Predictions
        By probe.

    Raises
    ------
    FoldsError
        If the rows cannot be dealt to the folds.

    Example
    -------
    >>> import torch
    >>> from speechbrain_singer.dataio.folds import Folds
    >>> from speechbrain_singer.evaluation.cross_validation import (
    ...     CrossValidation,
    ... )
    >>> rows = [
    ...     {"recording": s + k, "singer": s, "song": k}
    ...     for s in "ab"
    ...     for k in "1234"
    ... ]
    >>> embeddings = torch.eye(2).repeat_interleave(4, dim=0)
    >>> report, _ = identification_report(
    ...     embeddings, rows, CrossValidation(Folds(2))
    ... )
    >>> report["probes"]["linear"]["accuracy"]["mean"]
    100.0
    """
    validated = validation.run(embeddings, rows, progressbar=progressbar)
    predictions = validated.predictions
    singers = Counter(row["singer"] for row in rows)
    recordings = group_numbers(rows, "recording")
    report = {
        "clips": len(rows),
        "recordings": int(recordings.max()) + 1,
        "singers": len(singers),
        "chance": 100 * max(singers.values()) / len(rows),
        "folds": validation.folds.count,
        "grouped_by": validation.folds.by,
        "inner_folds_grouped_by": validated.inner_by,
        "names": sorted(singers),
        "probes": {
            probe: {
                **of_clips.figures(),
                **_by_setting(validated.chosen[probe]),
                "confusion": of_clips.confusion().tolist(),
            }
            for probe, of_clips in predictions.items()
        },
    }
    # The clips of a recording were tested by one and the same probe
    if validation.folds.by != "none" and report["recordings"] < len(rows):
        report["recordings_by_mean_score"] = {
            probe: of_clips.averaged(recordings).figures()
            for probe, of_clips in predictions.items()
        }
    if few_shot is not None and few_shot.shots:
        of_clips = next(iter(predictions.values()))
        report["few_shot"] = few_shot.run(
            embeddings, of_clips.labels, of_clips.folds, progressbar
        )
    report["song_effect"] = song_effect(
        embeddings, rows, validation, validated, progressbar
    )
    return report, predictions


def _by_setting(chosen):
    """{"C": [of each fold]}"""
    return {name: [fold[name] for fold in chosen] for name in chosen[0]}
