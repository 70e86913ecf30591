"""The trials that a YAML asks for: built from a manifest, or read."""

from pathlib import Path

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.trials.lists import (
    drop_flaws,
    find_flaws,
    read_trials,
)
from speechbrain_singer.trials.rules import check_column
from speechbrain_singer.trials.trials import all_pairs, draw_trials

logger = get_logger(__name__)


def make_trials(rows, hparams, unusable=()):
    """Builds or reads the trials of an evaluation.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.
    hparams : dict
        With `trials`: `all_pairs`, `balanced` or the path of a list;
        `trial_count` and `seed` of balanced ones; `same` and `different`,
        columns, which a list is not restricted by; `data_folder`, that the
        paths in a list may be relative to; and `drop_flaws`.
    unusable : sequence of dict
        Rows of recordings that are not measured: a list's trials of them are
        left out, with a warning.

    Returns
    -------
    trials : Trials

    Raises
    ------
    FileNotFoundError
        If there is no such list.
    ValueError
        If a list cannot be read, or there are no trials of both kinds.

    Example
    -------
    >>> rows = [{"singer": s, "song": str(i)} for i, s in enumerate("aabb")]
    >>> hparams = {"trials": "all_pairs", "same": [], "different": "song"}
    >>> make_trials(rows, hparams).labels.sum()
    np.int64(2)
    """
    kind = hparams["trials"]
    same, different = columns(hparams["same"]), columns(hparams["different"])
    if kind == "all_pairs":
        trials = all_pairs(rows, same, different)
    elif kind == "balanced":
        trials = draw_trials(
            rows, hparams["trial_count"], same, different, hparams["seed"]
        )
    else:
        trials = _read(Path(kind), rows, hparams, list(unusable))
    if not trials.both_kinds:
        restrictions = [f"same {name}" for name in same]
        restrictions += [f"different {name}" for name in different]
        raise ValueError(
            f"{kind}: {int(trials.labels.sum())} trials of the same singer "
            f"among {len(trials.labels)}, and both kinds are needed "
            f"({', '.join(restrictions) or 'all pairs'}; see --same and "
            "--different)"
        )
    return trials


def check_columns(rows, names):
    """Refuses columns that a manifest does not have.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.
    names : sequence of str

    Raises
    ------
    ValueError
        If there is no such column. The message names those that there are.

    Example
    -------
    >>> check_columns([{"singer": "ann"}], ["sex"])
    Traceback (most recent call last):
        ...
    ValueError: no column 'sex' in the manifest; it has singer
    """
    for name in names:
        check_column(rows, name)


def check_trials(kind):
    """Refuses a list of trials that is not there.

    Example
    -------
    >>> check_trials("all_pairs")
    """
    if kind not in ("all_pairs", "balanced") and not Path(kind).is_file():
        raise FileNotFoundError(
            f"{kind}: no such list of trials; trials is all_pairs, balanced, "
            "or the path of a list"
        )


def columns(value):
    """Names of columns, from a list or from `sex,register`.

    Example
    -------
    >>> columns("sex, register"), columns(["song"]), columns(None)
    (('sex', 'register'), ('song',), ())
    """
    if isinstance(value, str):
        value = [name.strip() for name in value.split(",") if name.strip()]
    return tuple(value or ())


def _read(path, rows, hparams, unusable):
    check_trials(path)
    listed = read_trials(path, rows + unusable, hparams["data_folder"])
    trials = listed.among(np.arange(len(rows) + len(unusable)) < len(rows))
    left_out = len(listed.labels) - len(trials.labels)
    if left_out:
        logger.warning(
            "%s: %d of %d trials are left out: their recordings cannot be "
            "used (see skipped.csv and the warnings), or are of another part "
            "of the corpus",
            *(path, left_out, len(listed.labels)),
        )
    flaws = find_flaws(trials, rows)
    logger.info("%s: %d trials, %s", path, len(trials.labels), flaws)
    return drop_flaws(trials, rows) if hparams["drop_flaws"] else trials
