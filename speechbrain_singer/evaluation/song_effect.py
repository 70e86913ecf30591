"""The song effect: does an embedding know the singer, or the song?

Singers who sing songs of their own can be told by the song. Two questions
show it: how much accuracy is lost when no song stands on both sides, and how
well the song is told when no singer does.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import torch

from speechbrain_singer.dataio.fold_draws import (
    FoldsError,
    in_several_groups,
    select,
)


def song_effect(embeddings, rows, validation, done=None, progressbar=True):
    """Accuracy on singers and on songs, with and without the other's help.

    Arguments
    ---------
    embeddings : torch.Tensor
        [rows, dim]
    rows : list of dict
        Rows of a manifest, with the columns `recording`, `singer` and `song`.
    validation : CrossValidation
        How to validate. The folds are grouped anew; there are fewer if there
        are not so many songs or singers.
    done : Validated, optional
        What `validation` made of the singers of all rows. It is used where
        just this is asked for.
    progressbar : bool

    Returns
    -------
    effect : dict
        `singer`: accuracy on the singers who sing several songs, with folds
        by song, by recording and, where recordings are cut into clips, of
        clips as they come. `song`: accuracy on the songs that several singers
        sing, with folds by singer. Each has the number of classes, rows and
        folds, the share of the most frequent class (`chance`) and, by
        grouping and probe, the accuracy in percent; or the reason why it is
        `left_out`.
    """
    cut = len({row["recording"] for row in rows}) < len(rows)
    ways = ["song", "recording", "none"] if cut else ["song", "recording"]

    def validate(known, folds):
        """Of some of the rows."""
        if done and known.all() and folds == validation.folds:
            return done
        return replace(validation, folds=folds).run(
            embeddings[torch.from_numpy(known)],
            select(rows, known),
            progressbar,
        )

    folds = validation.folds
    of_songs = replace(folds, label="song", published=None, path=None)
    return {
        "singer": _answer(rows, ways, folds, validate),
        "song": _answer(rows, ["singer"], of_songs, validate),
    }


def _answer(rows, ways, folds, validate):
    """Of one question; the first of the ways to group is the fair one."""
    label = folds.label
    known = np.array([bool(row["song"]) for row in rows])
    known[known] = in_several_groups(select(rows, known), ways[0], label)
    compared = select(rows, known)
    counts = Counter(row[label] for row in compared)
    if len(counts) < 2:
        reason = f"fewer than two {label}s stand with several {ways[0]}s"
        return {"left_out": reason}
    count = min(folds.count, len({row[ways[0]] for row in compared}))
    try:
        outcomes = {
            by: validate(known, _grouped(folds, by, count)) for by in ways
        }
    except FoldsError as error:
        return {"left_out": str(error)}
    return {
        "classes": len(counts),
        "clips": len(compared),
        "folds": count,
        "chance": 100 * max(counts.values()) / len(compared),
        "accuracy": {
            by: {
                probe: predictions.accuracy()
                for probe, predictions in outcome.predictions.items()
            }
            for by, outcome in outcomes.items()
        },
    }


def _grouped(folds, by, count):
    """The same folds, or others that are drawn for this question only."""
    if (by, count) == (folds.by, folds.count):
        return folds
    return replace(folds, by=by, count=count, published=None, path=None)
