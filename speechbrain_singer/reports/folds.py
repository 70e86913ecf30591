"""What a cross-validated network or SVM leaves: tables, a picture, a page."""

from functools import partial
from statistics import fmean

from speechbrain.utils.logger import get_logger

from speechbrain_singer.evaluation.predictions import spread
from speechbrain_singer.reports.folds_plot import plot_folds
from speechbrain_singer.reports.page import Section
from speechbrain_singer.reports.tables import mean_and_spread, write_tables

logger = get_logger(__name__)

MISSING = "-"
# Columns of a line: heading, and where an outcome has it
COLUMNS = {
    "train, window": ("train", "window"),
    "test, window": ("test", "window"),
    "train, recording": ("train", "recording"),
    "test, recording": ("test", "recording"),
    "chance, window": ("chance", "window"),
    "chance, recording": ("chance", "recording"),
    "best epoch": ("best_epoch",),
    "parameters": ("parameters",),
}


def write_folds(results, groups):
    """Writes all files of a cross-validation.

    metrics.json, table.md, table.csv and table.tex, folds.png and
    report.html, which has all of it.

    Arguments
    ---------
    results : Results
    groups : dict of str to list of dict
        By what folds were made by, such as `recording` and, beside it,
        `song`, an outcome of each fold that is there: `fold`, its number from
        0 on; `train` and `test`, each with the accuracy in percent by `window`
        and by `recording`; and, where there are such, `folds`, how many there
        are to be, of which those that lack are said; `chance`, as `test`, of
        always naming the most frequent class; `valid`, `best_epoch`,
        `parameters` and `shared_songs`, as `evaluation.shared_songs` counts
        them.

    Raises
    ------
    ValueError
        If there is no outcome at all.
    """
    if not any(groups.values()):
        raise ValueError(f"{results.folder}: no fold has an outcome yet")
    groups = {
        by: sorted(outcomes, key=lambda outcome: outcome["fold"])
        for by, outcomes in groups.items()
    }
    results.save({by: _figures(group) for by, group in groups.items()})
    notes = [_note(by, group) for by, group in groups.items()]
    table = folds_table(groups)
    write_tables(results.folder, table, notes)
    text = (
        "Accuracy in percent, of windows and of whole recordings; mean and "
        "deviation over the folds, then each of them. Chance is to name the "
        f"most frequent singer always. {' '.join(notes)}"
    )
    title = "Accuracy fold by fold"
    results.write(
        [Section("Who is it?", text, table)],
        {title: ("folds.png", partial(plot_folds, groups))},
    )
    for by, note in zip(groups, notes, strict=True):
        accuracy = folds_line(groups[by])[1]
        logger.info("Test accuracy of windows: %s %%. %s", accuracy, note)


def folds_line(outcomes):
    """Mean and deviation over folds: cells of a table.

    Arguments
    ---------
    outcomes : list of dict
        As `write_folds` takes them.

    Returns
    -------
    cells : list of str
        One for each of `COLUMNS`.

    Example
    -------
    >>> train, test = ({"window": w, "recording": 100.0} for w in (90.0, 50.0))
    >>> folds_line([{"fold": 0, "train": train, "test": test, "best_epoch": 9}])
    ['90.0', '50.0', '100.0', '100.0', '-', '-', '9.0', '-']
    """
    return [
        _cell([_find(outcome, place) for outcome in outcomes], place)
        for place in COLUMNS.values()
    ]


def folds_table(groups):
    """A line for each way to make folds, then one for each fold.

    Arguments
    ---------
    groups : dict of str to list of dict
        As `write_folds` takes them.

    Returns
    -------
    table : list of list of str
        The heads of the columns first; those that nothing has are left out.
    """
    lines = [
        [f"folds by {by}", str(len(outcomes)), *folds_line(outcomes)]
        for by, outcomes in groups.items()
    ]
    lines += [
        [by, f"fold {outcome['fold']}", *folds_line([outcome])]
        for by, outcomes in groups.items()
        for outcome in outcomes
    ]
    table = [["", "folds", *COLUMNS], *lines]
    kept = [
        place
        for place in range(len(table[0]))
        if any(line[place] != MISSING for line in lines)
    ]
    return [[line[place] for place in kept] for line in table]


def _find(outcome, place):
    for key in place:
        outcome = (outcome or {}).get(key)
    return outcome


def _cell(values, place):
    values = [value for value in values if value is not None]
    if not values:
        return MISSING
    if place == ("parameters",):
        return f"{round(fmean(values)):,}"
    return mean_and_spread(values)


def _figures(outcomes):
    """Of one way to make folds, for `metrics.json`."""
    parts = {
        part: {
            of: spread([outcome[part][of] for outcome in outcomes])
            for of in ("window", "recording")
        }
        for part in ("train", "valid", "test", "chance")
        if outcomes and all(part in outcome for outcome in outcomes)
    }
    count = _count(outcomes)
    there = {"folds": len(outcomes)} | ({"of": count} if count else {})
    shared = _shared(outcomes)
    if shared:
        parts["shared_songs"] = shared
    return there | parts | {"outcomes": outcomes}


def _shared(outcomes):
    """The sums of what the folds share."""
    counted = [
        each["shared_songs"] for each in outcomes if "shared_songs" in each
    ]
    return {
        name: sum(counts[name] for counts in counted)
        for name in (counted[0] if counted else ())
    }


def _count(outcomes):
    """How many folds there are to be; 0 where no outcome says so."""
    return max((each.get("folds", 0) for each in outcomes), default=0)


def _note(by, outcomes):
    """Which folds lack, and how many songs stand on both sides, in words."""
    text = f"Folds by {by}: "
    if not outcomes:
        return f"{text}none is there."
    if count := _count(outcomes):
        there = {outcome["fold"] for outcome in outcomes}
        lacking = [str(n) for n in range(count) if n not in there]
        text += f"{len(there)} of {count} folds are there"
        text += f", without {', '.join(lacking)}. " if lacking else ". "
    shared = _shared(outcomes)
    if shared.get("known"):
        text += (
            f"{shared['shared']:,} of {shared['known']:,} tested recordings "
            "are of a song that somebody sings in training, and "
            f"{shared['shared_by_singer']:,} of one that the same singer "
            "sings there."
        )
    else:
        text += "no songs are known, so that none can be told to be shared."
    return text
