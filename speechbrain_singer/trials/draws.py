"""Draws pairs of recordings: singers uniformly, then recordings of theirs."""

import numpy as np
from scipy.sparse import csr_array

# Up to so many possible pairs they are listed, and drawn from the list
LISTED = 1_000_000
# How often recordings of the drawn singers are drawn, before the few singers
# that have hardly a pair are gone through
ROUNDS = 100


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
    pairs = rules.pairs(most=max(LISTED, 4 * count))
    if pairs is None:
        pairs = _Drawing(rules, rng).run(count)
    elif pairs.shape[1] > count:
        pairs = _draw_listed(rules, pairs, count, rng)
    pairs = rng.permutation(pairs, axis=1)
    # Neither recording of a pair is the query more often than the other
    return rng.permuted(pairs, axis=0)


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


class _Drawing:
    """Draws where there are so many pairs that most are allowed, and new."""

    def __init__(self, rules, rng):
        self.rules, self.rng = rules, rng
        self.pairs = set()  # those drawn so far, the lower row first
        rows = rules.usable
        _, singers = np.unique(rules.singers[rows], return_inverse=True)
        self.sizes = np.bincount(singers)
        self.left = self.sizes > 1  # who may have a pair of recordings
        # By singer, and for each of them by what has to agree
        self.groups = int(rules.group.max()) + 1
        cells = singers * self.groups + rules.group[rows]
        order = np.argsort(cells, kind="stable")
        self.rows, self.cells = rows[order], cells[order]
        self.starts = np.cumsum(self.sizes) - self.sizes
        cells, counts = np.unique(cells, return_counts=True)
        cells = np.divmod(cells, self.groups)
        self.has = csr_array((np.ones(counts.size, bool), cells))
        self.largest = np.zeros_like(self.sizes)
        np.maximum.at(self.largest, cells[0], counts)

    def run(self, count):
        """Draws so many pairs, [2, count]."""
        while len(self.pairs) < count:
            drawn = self._draw_singers(count - len(self.pairs))
            for _ in range(ROUNDS):
                if drawn.size:
                    drawn = drawn[:, ~self._draw_recordings(drawn)]
            # Those who have hardly a pair that is allowed
            drawn, counts = np.unique(drawn, axis=1, return_counts=True)
            for one, other, lacking in zip(*drawn, counts, strict=True):
                self._draw_rest(one, other, lacking)
        return np.array(sorted(self.pairs)).T

    def _draw_singers(self, count):
        """One singer twice, or two: [2, drawn].

        Fewer than `count`, as those who agree in nothing are left out.
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
        """Draws a recording of each; which pairs ([drawn], bool) were added.

        The second is drawn among as many as agree with a first at most, so
        that all pairs are as likely: where fewer agree it may be none of them.
        """
        one, other = singers
        first = self.rows[self.starts[one] + self.rng.integers(self.sizes[one])]
        cell = other * self.groups + self.rules.group[first]
        place = np.searchsorted(self.cells, cell)
        place += self.rng.integers(self.largest[other])
        place %= self.rows.size
        pairs = np.sort([first, self.rows[place]], axis=0)
        added = self.rules.allowed(*pairs) & (self.cells[place] == cell)
        for i in np.flatnonzero(added):
            pair = tuple(pairs[:, i].tolist())
            added[i] = pair not in self.pairs
            self.pairs.add(pair)
        return added

    def _draw_rest(self, one, other, count):
        """Adds up to so many of all pairs of two singers that are left."""
        found = set()
        first, second = (
            self.rows[self.starts[i] :][: self.sizes[i]] for i in (one, other)
        )
        for row in first.tolist():
            allowed = second[self.rules.allowed(row, second)].tolist()
            found |= {(min(row, i), max(row, i)) for i in allowed}
        found = sorted(found - self.pairs)
        if len(found) < count:
            self.left[one] = False
        drawn = self.rng.permutation(len(found))[:count]
        self.pairs |= {found[i] for i in drawn}
