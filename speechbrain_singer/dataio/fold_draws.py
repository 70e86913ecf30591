"""Folds of cross-validation that keep songs or recordings together."""

import numpy as np
import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.manifest import recording_of
from speechbrain_singer.numbering import sorted_numbers

logger = get_logger(__name__)

TRIES = 20  # deals, until every class can be trained on in each fold


class FoldsError(ValueError):
    """Rows that cannot be dealt to folds or parts; it says what to do."""


def draw_folds(rows, folds=5, by="recording", label="singer", seed=0):
    """Deals rows to folds; what belongs together comes into one fold.

    Each class is spread over the folds as evenly as its groups allow, and
    stands in at least two of them, so that what is tested in one fold was
    trained on in the others. scikit-learn's `StratifiedGroupKFold` does not
    see to the latter, and takes seconds where there are 15,000 groups.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.
    folds : int
    by : str
        The column whose values stay together, or "none": then clips of one
        song and of one recording stand on both sides, which flatters.
    label : str
        The column of the classes. Where `by` is the same column the set is an
        open one: whoever is tested was not trained on.
    seed : int

    Returns
    -------
    numbers : np.ndarray
        [rows], the fold in which each row is tested, from 0 on.

    Raises
    ------
    FoldsError
        If there are fewer groups than folds, a class has but one group, or a
        column is missing or empty. The message says what to do.

    Example
    -------
    >>> rows = [{"singer": s, "song": k} for s in "ab" for k in "1122"]
    >>> draw_folds(rows, folds=2, by="song").tolist()
    [0, 0, 1, 1, 0, 0, 1, 1]
    """
    groups, classes = group_numbers(rows, by), group_numbers(rows, label)
    _check(rows, folds, by, label)
    rng = np.random.default_rng(seed)
    if by == label:
        classes = np.zeros(len(rows), int)
    for attempt in range(TRIES):
        numbers, whole = _deal(groups, classes, folds, rng, attempt == 0)
        if not whole:
            return numbers
    raise FoldsError(
        f"no {folds} folds by {by} were found in which each {label} can be "
        "trained on: set folds to another number, or seed"
    )


def inner_folds(rows, folds=3, by="recording", label="singer", seed=0):
    """Folds within a training side, by which a probe chooses its setting.

    Where the groups asked for leave less than half of the rows to hold out
    (one statement is left of RAVDESS's two), they are by recording, and by
    clip where that does not help either.

    Arguments
    ---------
    rows, by, label, seed
        As for `draw_folds`.
    folds : int
        Fewer, if there are not so many groups.

    Returns
    -------
    numbers : np.ndarray or None
        [rows], -1 for the rows of a class of one group, which are always
        trained on. None if nothing can be held out.
    by : str
        The column it came to.

    Example
    -------
    >>> rows = [{"singer": s, "recording": s} for s in "aabb"]
    >>> numbers, by = inner_folds(rows, folds=2)
    >>> sorted(numbers[:2].tolist()), by
    ([0, 1], 'none')
    """
    classes = group_numbers(rows, label)
    for column in dict.fromkeys((by, "recording", "none")):
        several = in_several_groups(rows, column, label)
        if several.mean() >= 0.5:
            groups = group_numbers(rows, column)[several]
            folds = min(folds, len(np.unique(groups)))
            rng = np.random.default_rng(seed)
            numbers = np.full(len(rows), -1)
            numbers[several], _ = _deal(groups, classes[several], folds, rng)
            return numbers, column
    return None, "none"


def in_several_groups(rows, by="recording", label="singer"):
    """Which rows ([rows], bool) are of a class that has more than one group.

    Of the others nothing is left to train on when they are tested.

    Example
    -------
    >>> rows = [{"singer": s, "song": k} for s, k in ("a1", "a2", "b1")]
    >>> in_several_groups(rows, by="song").tolist()
    [True, True, False]
    """
    groups, classes = group_numbers(rows, by), group_numbers(rows, label)
    pairs = np.unique(np.stack([classes, groups]), axis=1)
    return np.bincount(pairs[0])[classes] > 1


def with_several_groups(rows, by="recording", label="singer"):
    """The rows of classes that `draw_folds` can deal to the folds.

    Arguments
    ---------
    rows, by, label
        As for `draw_folds`.

    Returns
    -------
    rows : list of dict
        Those of classes in several groups; a warning counts the others.
    """
    several = in_several_groups(rows, by, label)
    if not several.all():
        single = sorted({row[label] for row in select(rows, ~several)})
        logger.warning(
            "%d of %d clips are left out: their %s stands in one %s only (%s)",
            *((~several).sum(), len(rows), label, by),
            ", ".join(single[:5]) + (", ..." if len(single) > 5 else ""),
        )
    return select(rows, several)


def without_single_groups(embeddings, rows, by="recording", label="singer"):
    """As `with_several_groups`, of rows and their embeddings.

    Arguments
    ---------
    embeddings : torch.Tensor
        [rows, dim]
    rows, by, label
        As for `draw_folds`.

    Returns
    -------
    embeddings : torch.Tensor
    rows : list of dict
    """
    several = torch.from_numpy(in_several_groups(rows, by, label))
    return embeddings[several], with_several_groups(rows, by, label)


def select(rows, mask):
    """Those rows of a list that a mask ([rows], bool) keeps."""
    return [rows[i] for i in np.flatnonzero(mask)]


def group_numbers(rows, by):
    """The group of each row, numbered in the order of their sorted names.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.
    by : str
        A column, or "none", by which each row is a group of its own. Rows
        without a `recording` are recordings, of their ID.

    Returns
    -------
    groups : np.ndarray
        [rows], int.

    Raises
    ------
    FoldsError
        If a row lacks the column, or it is empty there.

    Example
    -------
    >>> group_numbers([{"song": "b"}, {"song": "a"}], "song").tolist()
    [1, 0]
    """
    if by == "none":
        return np.arange(len(rows))
    values = [
        recording_of(row) if by == "recording" else row.get(by) for row in rows
    ]
    missing = [
        row
        for row, value in zip(rows, values, strict=True)
        if value in ("", None)
    ]
    if missing:
        has = ", ".join(name for name, value in missing[0].items() if value)
        raise FoldsError(
            f"{len(missing)} of {len(rows)} recordings have no {by!r}; the "
            f"first of them, {missing[0].get('wav', '')}, has {has}: complete "
            "the manifest, or name another column"
        )
    return sorted_numbers(values)[1]


def _check(rows, folds, by, label):
    """Refuses what no deal can mend."""
    present = len(np.unique(group_numbers(rows, by)))
    names = sorted({row[label] for row in rows})
    if len(names) < 2:
        raise FoldsError(
            f"two {label}s at least are needed, there is "
            f"{', '.join(names) or 'none'}"
        )
    if folds < 2 or present < folds:
        column = "rows" if by == "none" else f"values of {by!r}"
        numbers = f"set folds to a number from 2 to {present}"
        raise FoldsError(
            f"{folds} folds by {by}, and there are {present} {column}: "
            f"{numbers if present > 1 else 'group by another column'}"
        )
    alone = ~in_several_groups(rows, by, label)
    if by != label and alone.any():
        single = sorted({row[label] for row in select(rows, alone)})
        raise FoldsError(
            f"{len(single)} of {len(names)} {label}s have but one {by}, which "
            f"cannot be trained on and tested both: {', '.join(single[:5])}"
            f"{', ...' if len(single) > 5 else ''}; leave them out "
            "(skip_single), or group by another column"
        )


def _deal(groups, classes, folds, rng, largest_first=True):
    """Fold of each row; and whether a class stands wholly in one of them.

    Each group goes where the least of its classes is, which adds least to the
    sum over folds and classes of the squared shares. The largest first come
    out most even; in another order what failed may come out.
    """
    totals = np.bincount(classes)
    pairs, counts = np.unique(
        np.stack([groups, classes]), axis=1, return_counts=True
    )
    shares = counts / totals[pairs[1]]
    starts = np.flatnonzero(np.diff(pairs[0], prepend=-1))
    ends = np.append(starts[1:], len(shares))
    order = rng.permutation(len(starts))
    if largest_first:
        largest = np.maximum.reduceat(shares, starts)
        order = order[np.argsort(-largest[order], kind="stable")]

    load = np.zeros((folds, len(totals)))  # share of each class in each fold
    size = np.zeros(folds, dtype=int)
    fold_of = np.full(groups.max() + 1, -1)
    for i in order:
        own = pairs[1, starts[i] : ends[i]]
        share = shares[starts[i] : ends[i]]
        # A class that lay all in one fold could not be trained on there
        whole = (load[:, own] + share > 1 - 1e-9).any(axis=1)
        cost = (load[:, own] @ share).round(9)
        best = np.lexsort((size, cost, whole))[0]
        load[best, own] += share
        size[best] += counts[starts[i] : ends[i]].sum()
        fold_of[pairs[0, starts[i]]] = best
    return fold_of[groups], bool((load > 1 - 1e-9).any())
