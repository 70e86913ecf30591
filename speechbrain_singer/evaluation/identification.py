"""Identification: can a singer be named from the embeddings?"""

from collections import Counter

from speechbrain_singer.dataio.folds import group_numbers
from speechbrain_singer.evaluation.cross_validation import (
    cross_validate,
    mean_over_clips,
    summarise,
)
from speechbrain_singer.evaluation.few_shot import few_shot_curves
from speechbrain_singer.evaluation.song_effect import song_effect
from speechbrain_singer.metrics.identification import confusion_matrix


def identification_report(
    embeddings,
    rows,
    by="recording",
    folds=5,
    shots=(1, 2, 5, 10),
    draws=5,
    seed=0,
    progressbar=True,
):
    """Identification figures of embeddings whose singers are known.

    Arguments
    ---------
    embeddings : torch.Tensor
        [rows, dim]
    rows : list of dict
        Rows of a manifest, with the columns `ID`, `recording`, `singer` and
        `song`.
    by : str
        What stays on one side of the folds: recording, song, another column,
        or "none".
    folds : int
    shots : sequence of int
        Clips a singer in the few-shot curves; none are drawn if it is empty.
    draws : int
        Of the clips, two at least.
    seed : int
    progressbar : bool

    Returns
    -------
    report : dict
        What it was measured on, by probe the figures of `summarise`, what was
        chosen in each fold and the confusion matrix (singer by predicted
        singer, summed over the folds), the figures of whole `recordings`
        where rows are clips of them, `few_shot` as `few_shot_curves`, and
        `song_effect` as the function of that name returns it.
    predictions : list of dict
        Each row as each probe named it: ID, singer, predicted, fold, probe.

    Raises
    ------
    FoldsError
        If the rows cannot be dealt to the folds.

    Example
    -------
    >>> import torch
    >>> rows = [
    ...     {"ID": s + k, "recording": s + k, "singer": s, "song": k}
    ...     for s in "ab"
    ...     for k in "1234"
    ... ]
    >>> embeddings = torch.eye(2).repeat_interleave(4, dim=0)
    >>> report, predictions = identification_report(
    ...     embeddings, rows, folds=2, progressbar=False
    ... )
    >>> report["probes"]["linear"]["accuracy"]["mean"]
    100.0
    """
    validation = cross_validate(
        embeddings, rows, "singer", by, folds, seed, progressbar
    )
    singers = Counter(row["singer"] for row in rows)
    recordings = group_numbers(rows, "recording")
    report = {
        "clips": len(rows),
        "recordings": int(recordings.max()) + 1,
        "singers": len(singers),
        "chance": 100 * max(singers.values()) / len(rows),
        "folds": folds,
        "grouped_by": by,
        "inner_folds_grouped_by": validation.inner_by,
        "names": validation.names,
        "probes": {
            probe: _probe_figures(validation, probe)
            for probe in validation.scores
        },
    }
    # The clips of a recording were tested by one and the same probe
    if by != "none" and report["recordings"] < len(rows):
        of_recordings = mean_over_clips(validation, recordings)
        report["recordings_by_mean_score"] = {
            probe: summarise(of_recordings, probe)
            for probe in validation.scores
        }
    if shots:
        report["few_shot"] = few_shot_curves(
            embeddings,
            validation.labels,
            validation.folds,
            shots,
            draws,
            seed,
            progressbar,
        )
    report["song_effect"] = song_effect(
        embeddings, rows, folds, seed, progressbar, validation
    )
    return report, _predictions(validation, rows)


def probe_accuracy(
    embeddings, rows, folds=5, by="recording", seed=0, progressbar=True
):
    """Accuracy of the linear probe, alone and in one number.

    Arguments
    ---------
    embeddings : torch.Tensor
        [rows, dim]
    rows : list of dict
        As for `identification_report`.
    folds : int
    by : str
    seed : int
    progressbar : bool

    Returns
    -------
    accuracy : float
        Mean over the folds, in percent.

    Raises
    ------
    FoldsError
        If the rows cannot be dealt to the folds.

    Example
    -------
    >>> import torch
    >>> rows = [{"singer": s, "recording": s + k} for s in "ab" for k in "1234"]
    >>> embeddings = torch.eye(2).repeat_interleave(4, dim=0)
    >>> probe_accuracy(embeddings, rows, folds=2, progressbar=False)
    100.0
    """
    validation = cross_validate(
        *(embeddings, rows, "singer", by, folds, seed, progressbar),
        probes=["linear"],
    )
    return summarise(validation, "linear")["accuracy"]["mean"]


def _probe_figures(validation, probe):
    chosen = validation.chosen[probe]
    counts = confusion_matrix(validation.scores[probe], validation.labels)
    return {
        **summarise(validation, probe),
        **{name: [fold[name] for fold in chosen] for name in chosen[0]},
        "confusion": counts.tolist(),
    }


def _predictions(validation, rows):
    return [
        {
            "ID": row["ID"],
            "singer": row["singer"],
            "predicted": validation.names[best],
            "fold": int(fold),
            "probe": probe,
        }
        for probe, scores in validation.scores.items()
        for row, best, fold in zip(
            rows, scores.argmax(axis=1), validation.folds, strict=True
        )
    ]
