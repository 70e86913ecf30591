"""Pairs of windows for a siamese network: of one label, and of two."""

import numpy as np
import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.numbering import numbered

logger = get_logger(__name__)

_TRIES = 50  # until those that fit are counted, which takes longer
_NAMED = 5  # labels, in a warning


class WindowPairs(torch.utils.data.Dataset):
    """Pairs of windows, as many of one label as of two.

    The pair of an even index has one label, that of an odd one two. A pair
    depends on the seed, the epoch and the index, on nothing else: the first
    window is drawn from all that have a partner, the second from all that fit,
    each as likely as any other. A window is never its own partner.

    Arguments
    ---------
    windows : Windows
    groups : sequence, optional
        [recordings], what each is part of, such as its song; empty or None
        where that is not known: then it is left out.
    apart : str, optional
        None: both windows may come from one recording, as published.
        `recording` or `song`: they come from two, whether they have one label
        or two. `groups` then says which is which; recordings may go without.
    seed : int

    Raises
    ------
    ValueError
        If there are no such pairs, or a value is missing.

    Example
    -------
    >>> from speechbrain_singer.dataio.windows import Windows
    >>> recordings = [np.zeros((10, 3), np.float16)] * 4
    >>> windows = Windows(recordings, [0, 0, 1, 1], length=4, hop=3)
    >>> pairs = WindowPairs(windows, ["a", "b", "a", "b"], apart="song")
    >>> item = pairs[0, 3]  # the fourth of the first epoch: two labels
    >>> item["decibels"].shape, sorted(item["labels"].tolist())
    (torch.Size([2, 4, 3]), [0, 1])
    >>> sorted(item["rows"].tolist()) in ([0, 3], [1, 2])
    True
    """

    def __init__(self, windows, groups=None, apart=None, seed=1234):
        check_whole("seed", seed, least=0)
        if apart not in (None, "recording", "song"):
            raise ValueError(
                f"apart is {apart!r}; it can be recording, song or left out"
            )
        self.windows = windows
        self.seed = seed
        self.apart = apart
        self._sort(self._groups(groups))
        self._firsts = self._first_windows()

    def _groups(self, groups):
        """The number of each window's group, -1 where it is not known."""
        rows, recordings = self.windows.row, len(self.windows.names)
        if self.apart is None:
            return np.arange(len(rows))  # apart from itself only
        if groups is None and self.apart == "recording":
            return rows
        if groups is None or len(groups) != recordings:
            raise ValueError(
                f"apart is {self.apart}: groups has to say the {self.apart} of "
                f"each of {recordings} recordings"
            )
        known = np.array([value not in ("", None) for value in groups])
        if not known.all():
            logger.warning(
                "apart is %s: %d of %d recordings, of which it is not known, "
                "are left out of pairs",
                *(self.apart, np.sum(~known), recordings),
            )
        return np.where(known, numbered(groups), -1)[rows]

    def _sort(self, groups):
        """Sorts windows so that those of one label and group are neighbours.

        What follows goes by places in this order: [windows in pairs].
        """
        names, labels = np.unique(self.windows.label, return_inverse=True)
        self._labels = names
        self._width = groups.max() + 1 if len(groups) else 1
        keys = labels.astype(np.int64) * self._width + groups
        used = np.flatnonzero(groups >= 0)
        order = np.argsort(keys[used], kind="stable")
        self._windows = used[order].astype(np.int32)
        self._keys = keys[used][order]  # of label and group in one

    def _first_windows(self):
        """Where windows are that have a partner: of one label, and of two."""
        keys, counts = np.unique(self._keys, return_counts=True)
        labels, groups = np.divmod(keys, self._width)
        of_label = np.bincount(labels, counts)[labels]
        of_group = np.bincount(groups, counts)[groups]
        same = of_label - counts > 0
        different = counts.sum() - of_label - of_group + counts > 0
        two = f"two {self.apart or 'window'}s"
        if not same.any():
            raise ValueError(f"no pairs: no label has windows of {two}")
        if not different.any():
            raise ValueError(f"no pairs: no {two} have different labels")
        alone = np.setdiff1d(np.arange(len(self._labels)), labels[same])
        if len(alone):
            self._tell(self._labels[alone], two)
        return [
            np.flatnonzero(np.repeat(fits, counts)).astype(np.int32)
            for fits in (same, different)
        ]

    def _tell(self, labels, two):
        names = []
        for label in labels[:_NAMED]:
            window = np.flatnonzero(self.windows.label == label)[0]
            name = self.windows.names[self.windows.row[window]]
            names.append(f"{label} (of {name})")
        logger.warning(
            "%d of %d labels have no windows of %s and so no pairs of their "
            "own; they stand in pairs with others only: %s%s",
            *(len(labels), len(self._labels), two, ", ".join(names)),
            ", ..." if len(labels) > _NAMED else "",
        )

    def __getitem__(self, key):
        """Draws the pair of a key, (epoch, index).

        Returns
        -------
        item : dict
            As of `Windows`, for both: `decibels` [2, frames, bands], `labels`
            [2] and `rows` [2].
        """
        generator = np.random.default_rng([self.seed, *key])
        kind = key[1] % 2
        firsts = self._firsts[kind]
        first = firsts[generator.integers(len(firsts))]
        second = (self._same, self._different)[kind](first, generator)
        items = [self.windows[self._windows[i]] for i in (first, second)]
        return {
            "decibels": torch.stack([item["decibels"] for item in items]),
            "labels": torch.tensor([item["label"] for item in items]),
            "rows": torch.tensor([item["row"] for item in items]),
        }

    def _same(self, first, generator):
        """Draws a partner of the same label and another group."""
        key = self._keys[first]
        of_label = self._places_of_label(key // self._width)
        own = np.searchsorted(self._keys, [key, key + 1])
        return _draw(of_label, own, generator)

    def _different(self, first, generator):
        """Draws a partner of another label and another group."""
        label, group = divmod(self._keys[first], self._width)
        own = self._places_of_label(label)
        for _ in range(_TRIES):
            second = _draw((0, len(self._keys)), own, generator)
            if self._keys[second] % self._width != group:
                return second
        labels, groups = np.divmod(self._keys, self._width)
        fitting = np.flatnonzero((labels != label) & (groups != group))
        return generator.choice(fitting)

    def _places_of_label(self, label):
        first = label * self._width
        return np.searchsorted(self._keys, [first, first + self._width])


def _draw(places, without, generator):
    """Draws a place from one range without another that lies within it."""
    (start, end), (gap, gap_end) = places, without
    place = start + generator.integers(end - start - (gap_end - gap))
    return place if place < gap else place + gap_end - gap
