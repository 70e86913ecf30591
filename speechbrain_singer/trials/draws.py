"""Draws pairs of recordings: singers uniformly, then recordings of theirs."""

import numpy as np
from scipy.sparse import csr_array

# Up to so many possible pairs they are listed, and drawn from the list
LISTED = 1_000_000
# How often recordings of the drawn singers are drawn, before the few singers
# that have hardly a pair are gone through
ROUNDS = 16
BLOCK = 2**24  # pairs that are compared at once


def draw_pairs(rules, count, rng):
    """Draws different pairs that the rules allow.

    A singer is drawn uniformly, or two if the rules ask for two, and then one
    of the pairs of theirs that were not drawn yet, uniformly. Singers without
    such a pair are passed over.

    Arguments
    ---------
    rules : TrialRules
        With the singer among the columns that agree, or differ.
    count : int
        How many to draw.
    rng : np.random.Generator

    Returns
    -------
    pairs : np.ndarray
        [2, count], row numbers, in random order; fewer if there are no more.

    Example
    -------
    >>> from speechbrain_singer.trials.rules import TrialRules
    >>> rows = [{"singer": singer} for singer in "aaab"]
    >>> rules = TrialRules(rows, same=["singer"])
    >>> draw_pairs(rules, 9, np.random.default_rng(0)).shape
    (2, 3)
    """
    pairs = _list_pairs(rules, most=max(LISTED, 4 * count))
    if pairs is None:
        pairs = _draw_unlisted(rules, count, rng)
    elif pairs.shape[1] > count:
        pairs = _draw_listed(rules, pairs, count, rng)
    pairs = rng.permutation(pairs, axis=1)
    # Neither recording of a pair is the query more often than the other
    return rng.permuted(pairs, axis=0)


def _list_pairs(rules, most):
    """All pairs, [2, pairs]; None if they are more than `most`."""
    second, total = [np.empty(0, np.int32)], 0
    for partners in rules.partners():
        total += partners.size
        if total > most:
            return None
        second.append(partners)
    counts = [partners.size for partners in second[1:]]
    return np.stack([np.repeat(rules.usable, counts), np.concatenate(second)])


def _draw_listed(rules, pairs, count, rng):
    """Where all pairs are known, and so how many each singer has."""
    singers = np.sort(rules.singers[pairs], axis=0).astype(np.int64)
    whose = singers[0] * (singers.max() + 1) + singers[1]
    _, whose, available = np.unique(
        whose, return_inverse=True, return_counts=True
    )
    counts = _share_out(count, available, rng)
    # In random order, but sorted by singers: the first few of each are drawn
    order = rng.permutation(whose.size)
    order = order[np.argsort(whose[order], kind="stable")]
    whose = whose[order]
    starts = np.cumsum(available) - available
    rank = np.arange(whose.size) - starts[whose]
    return pairs[:, order[rank < counts[whose]]]


def _share_out(count, available, rng):
    """How often each of them is drawn, uniformly as long as it has some."""
    counts = np.zeros_like(available)
    while count > counts.sum():
        left = np.flatnonzero(available > counts)
        chances = np.full(left.size, 1 / left.size)
        counts[left] += rng.multinomial(count - counts.sum(), chances)
        counts = np.minimum(counts, available)
    return counts


def _draw_unlisted(rules, count, rng):
    """Where there are so many pairs that most draws are allowed, and new."""
    singers = _Singers(rules)
    pairs = np.empty(0, np.int64)
    while pairs.size < count:
        drawn = singers.draw(count - pairs.size, rng)
        pairs, drawn = _draw_recordings(rules, singers, drawn, pairs, rng)
        rest = []
        drawn, counts = np.unique(drawn, axis=1, return_counts=True)
        for one, other, lacking in zip(*drawn, counts, strict=True):
            rows = singers.rows(one), singers.rows(other)
            found = _draw_rest(rules, *rows, lacking, pairs, rng)
            if found.size < lacking:
                singers.used_up(one)
            rest.append(found)
        pairs = np.concatenate([pairs, *rest])
    return np.stack(np.divmod(pairs, rules.singers.size))


class _Singers:
    """The usable rows, singer by singer."""

    def __init__(self, rules):
        self._rules = rules
        rows = rules.usable
        names, singers = np.unique(rules.singers[rows], return_inverse=True)
        self._group = rules.group.astype(np.int64)
        self._groups = self._group.max() + 1
        present = np.ones(rows.size, bool)
        self._has = csr_array((present, (singers, self._group[rows])))
        # By singer, and for each of them by what has to agree
        cells = singers * self._groups + self._group[rows]
        order = np.argsort(cells, kind="stable")
        self._rows, self._cells = rows[order], cells[order]
        self._starts = np.searchsorted(singers[order], np.arange(names.size))
        self._sizes = np.bincount(singers)
        self._left = self._sizes > 1
        starts = np.flatnonzero(np.diff(self._cells, prepend=-1))
        sizes = np.diff(starts, append=rows.size)
        self._largest = np.zeros(names.size, np.int64)
        np.maximum.at(self._largest, singers[order][starts], sizes)

    def draw(self, count, rng):
        """One singer twice, or two, the lower number first.

        [2, drawn]: fewer than `count`, as those who agree in nothing are left
        out.
        """
        if self._rules.one_singer:
            left = np.flatnonzero(self._left)
            return np.tile(rng.choice(left, count), (2, 1))
        first = rng.integers(self._sizes.size, size=count)
        second = rng.integers(self._sizes.size - 1, size=count)
        second += second >= first
        agree = self._has[first].multiply(self._has[second]).sum(axis=1) > 0
        return np.sort([first[agree], second[agree]], axis=0)

    def draw_rows(self, singers, rng):
        """Rows of these pairs of singers, and which of them may be tried.

        Rows of the second singer that do not agree are not drawn: a rank is,
        among as many as may agree at most, so that all pairs are as likely.
        """
        rank = rng.integers(self._sizes[singers[0]])
        first = self._rows[self._starts[singers[0]] + rank]
        cell = singers[1] * self._groups + self._group[first]
        place = np.searchsorted(self._cells, cell)
        place += rng.integers(self._largest[singers[1]])
        # The first cell is never overshot
        place[place >= self._cells.size] = 0
        second = self._rows[place]
        allowed = self._cells[place] == cell
        return first, second, allowed & self._rules.allowed(first, second)

    def used_up(self, singer):
        """Draws a singer no more, where one is drawn and not two."""
        self._left[singer] = False

    def rows(self, singer):
        """All rows of a singer."""
        return self._rows[self._starts[singer] :][: self._sizes[singer]]


def _draw_recordings(rules, singers, drawn, pairs, rng):
    """Pairs of the drawn singers, sorted, and the singers still without one."""
    for _ in range(ROUNDS):
        first, second, allowed = singers.draw_rows(drawn, rng)
        candidates = _coded(first, second, rules)
        _, earliest = np.unique(candidates, return_index=True)
        new = np.zeros(candidates.size, bool)
        new[earliest] = True
        new &= allowed & ~_contains(pairs, candidates)
        pairs = np.sort(np.concatenate([pairs, candidates[new]]))
        drawn = drawn[:, ~new]
    return pairs, drawn


def _draw_rest(rules, first, second, count, pairs, rng):
    """Up to so many of all pairs of these rows that are not among `pairs`."""
    found = []
    blocks = first.size * second.size // BLOCK + 1
    for block in np.array_split(first, blocks):
        i, j = np.nonzero(rules.allowed(block[:, None], second))
        found.append(_coded(block[i], second[j], rules))
    # Those of one singer come twice, once in each order
    found = np.unique(np.concatenate(found))
    found = found[~_contains(pairs, found)]
    return rng.choice(found, min(count, found.size), replace=False)


def _coded(first, second, rules):
    """Pairs as single numbers, whichever row is the first."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    return low.astype(np.int64) * rules.singers.size + high


def _contains(ordered, values):
    """Whether sorted numbers contain others."""
    if ordered.size == 0:
        return np.zeros(values.size, bool)
    place = np.searchsorted(ordered, values)
    return ordered[np.minimum(place, ordered.size - 1)] == values
