"""The song effect: does an embedding know the singer, or the song?

Singers who sing songs of their own can be told by the song. Two questions
show it: how much accuracy is lost when no song stands on both sides, and how
well the song is told when no singer does.
"""

from collections import Counter

import numpy as np
import torch

from speechbrain_singer.dataio.folds import (
    FoldsError,
    in_several_groups,
    select,
)
from speechbrain_singer.evaluation.cross_validation import (
    cross_validate,
    summarise,
)


def song_effect(
    embeddings, rows, folds=5, seed=0, progressbar=True, validation=None
):
    """Accuracy on singers and on songs, with and without the other's help.

    Arguments
    ---------
    embeddings : torch.Tensor
        [rows, dim]
    rows : list of dict
        Rows of a manifest, with the columns `recording`, `singer` and `song`.
    folds : int
        Fewer, if there are not so many songs or singers.
    seed : int
    progressbar : bool
    validation : Validation, optional
        Of the singers of all the rows with this seed; not computed again
        where it is needed.

    Returns
    -------
    effect : dict
        `singer`: accuracy on the singers who sing several songs, with folds
        by song, by recording and, where recordings are cut into clips, of
        clips as they come. `song`: accuracy on the songs that several singers
        sing, with folds by singer. Each with the number of classes, rows and
        folds, the share of the most frequent class (`chance`) and, by
        grouping and probe, the accuracy in percent; or with the reason why
        it is `left_out`.

    Example
    -------
    >>> rows = [
    ...     {"recording": s + k, "singer": s, "song": k}
    ...     for s in "abc"
    ...     for k in "123"
    ... ]
    >>> singers = torch.eye(3).repeat_interleave(3, dim=0)
    >>> effect = song_effect(singers, rows, progressbar=False)
    >>> effect["singer"]["accuracy"]["song"]["centroid"]["mean"]
    100.0
    """
    cut = len({row["recording"] for row in rows}) < len(rows)
    ways = ["song", "recording", "none"] if cut else ["song", "recording"]
    done = {}
    if validation is not None:
        done["singer", validation.by, len(rows), validation.count] = validation

    def validate(embeddings, rows, label, by, folds):
        key = label, by, len(rows), folds
        return done.get(key) or cross_validate(
            embeddings, rows, label, by, folds, seed, progressbar
        )

    return {
        "singer": _accuracies(
            embeddings, rows, "singer", ways, folds, validate
        ),
        "song": _accuracies(
            embeddings, rows, "song", ["singer"], folds, validate
        ),
    }


def _accuracies(embeddings, rows, label, ways, folds, validate):
    """Of one question; the first of the ways is the fair one."""
    known = np.array([bool(row["song"]) for row in rows])
    known[known] = in_several_groups(select(rows, known), ways[0], label)
    embeddings, rows = embeddings[torch.from_numpy(known)], select(rows, known)
    counts = Counter(row[label] for row in rows)
    if len(counts) < 2:
        reason = f"fewer than two {label}s stand with several {ways[0]}s"
        return {"left_out": reason}
    folds = min(folds, len({row[ways[0]] for row in rows}))
    accuracy = {}
    try:
        for by in ways:
            validation = validate(embeddings, rows, label, by, folds)
            accuracy[by] = {
                probe: summarise(validation, probe)["accuracy"]
                for probe in validation.scores
            }
    except FoldsError as error:
        return {"left_out": str(error)}
    return {
        "classes": len(counts),
        "clips": len(rows),
        "folds": folds,
        "chance": 100 * max(counts.values()) / len(rows),
        "accuracy": accuracy,
    }
