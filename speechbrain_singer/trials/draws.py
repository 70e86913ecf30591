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
    rng : np.random.Generator

    Returns
    -------
    pairs : np.ndarray
        [2, count], row numbers, in random order; fewer if there are no more.
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
    drawing = _Drawing(rules, rng)
    while drawing.codes.size < count:
        drawing.add(count - drawing.codes.size)
    return np.stack(np.divmod(drawing.codes, rules.singers.size))


class _Drawing:
    """The usable rows, singer by singer, and the pairs drawn so far."""

    def __init__(self, rules, rng):
        self.rules, self.rng = rules, rng
        self.codes = np.empty(0, np.int64)  # of the pairs: see `_coded`
        rows = rules.usable
        names, singers = np.unique(rules.singers[rows], return_inverse=True)
        self.group = rules.group.astype(np.int64)
        self.groups = self.group.max() + 1
        present = np.ones(rows.size, bool)
        self.has = csr_array((present, (singers, self.group[rows])))
        # By singer, and for each of them by what has to agree
        cells = singers * self.groups + self.group[rows]
        order = np.argsort(cells, kind="stable")
        self.rows, self.cells = rows[order], cells[order]
        self.starts = np.searchsorted(singers[order], np.arange(names.size))
        self.sizes = np.bincount(singers)
        self.left = self.sizes > 1  # who may have a pair of recordings
        starts = np.flatnonzero(np.diff(self.cells, prepend=-1))
        sizes = np.diff(starts, append=rows.size)
        self.largest = np.zeros(names.size, np.int64)
        np.maximum.at(self.largest, singers[order][starts], sizes)

    def add(self, count):
        """Draws singers, and for each of them a pair; `count` at most."""
        drawn = self._draw_singers(count)
        self.codes.sort()
        for _ in range(ROUNDS):
            candidates, allowed = self._draw_recordings(drawn)
            _, earliest = np.unique(candidates, return_index=True)
            new = np.zeros(candidates.size, bool)
            new[earliest] = True
            new &= allowed & ~self._known(candidates)
            self.codes = np.sort(np.append(self.codes, candidates[new]))
            drawn = drawn[:, ~new]
        # Those who have hardly a pair that is allowed
        drawn, counts = np.unique(drawn, axis=1, return_counts=True)
        rest = [
            self._draw_rest(one, other, lacking)
            for one, other, lacking in zip(*drawn, counts, strict=True)
        ]
        self.codes = np.concatenate([self.codes, *rest])

    def _draw_singers(self, count):
        """One singer twice, or two, the lower number first.

        [2, drawn]: fewer than `count`, as those who agree in nothing are left
        out.
        """
        if self.rules.one_singer:
            left = np.flatnonzero(self.left)
            return np.tile(self.rng.choice(left, count), (2, 1))
        first = self.rng.integers(self.sizes.size, size=count)
        second = self.rng.integers(self.sizes.size - 1, size=count)
        second += second >= first
        agree = self.has[first].multiply(self.has[second]).sum(axis=1) > 0
        return np.sort([first[agree], second[agree]], axis=0)

    def _draw_recordings(self, singers):
        """A pair of these singers each, and which of them may be tried.

        Rows of the second singer that do not agree are not drawn: a rank is,
        among as many as may agree at most, so that all pairs are as likely.
        """
        rank = self.rng.integers(self.sizes[singers[0]])
        first = self.rows[self.starts[singers[0]] + rank]
        cell = singers[1] * self.groups + self.group[first]
        place = np.searchsorted(self.cells, cell)
        place += self.rng.integers(self.largest[singers[1]])
        # The first cell is never overshot
        place[place >= self.cells.size] = 0
        second = self.rows[place]
        allowed = self.cells[place] == cell
        return (
            self._coded(first, second),
            allowed & self.rules.allowed(first, second),
        )

    def _draw_rest(self, one, other, count):
        """Up to so many of all pairs of two singers that are not drawn yet."""
        first, second = self._rows_of(one), self._rows_of(other)
        found = []
        blocks = first.size * second.size // BLOCK + 1
        for block in np.array_split(first, blocks):
            i, j = np.nonzero(self.rules.allowed(block[:, None], second))
            found.append(self._coded(block[i], second[j]))
        # Those of one singer come twice, once in each order
        found = np.unique(np.concatenate(found))
        found = found[~self._known(found)]
        if found.size < count:
            self.left[one] = False
        return self.rng.choice(found, min(count, found.size), replace=False)

    def _rows_of(self, singer):
        return self.rows[self.starts[singer] :][: self.sizes[singer]]

    def _coded(self, first, second):
        """Pairs as single numbers, whichever row is the first."""
        low, high = np.minimum(first, second), np.maximum(first, second)
        return low.astype(np.int64) * self.rules.singers.size + high

    def _known(self, codes):
        """Which of these pairs are drawn already."""
        if self.codes.size == 0:
            return np.zeros(codes.size, bool)
        place = np.searchsorted(self.codes, codes)
        return self.codes[np.minimum(place, self.codes.size - 1)] == codes
