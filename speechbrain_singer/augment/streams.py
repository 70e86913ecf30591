"""A stream of random numbers for each example of a batch.

With one generator for a batch, what an example gets depends on its place. Here
each draws from its own seed: the same alone as beside others, on any device.
"""

import copy

import numpy as np

# SplitMix64: its increment, and the shifts and factors of its finaliser
_INCREMENT = np.uint64(0x9E3779B97F4A7C15)
_SHIFTS = np.array([30, 27, 31], np.uint64)
_FACTORS = np.array([0xBF58476D1CE4E5B9, 0x94D049BB133111EB], np.uint64)


class Streams:
    """Random numbers that depend on an example's seed and on their own count.

    They are counter-based, after G. L. Steele, D. Lea and C. H. Flood, "Fast
    splittable pseudorandom number generators", OOPSLA 2014, and drawn on the
    host for all examples at once. `augment.draws` brings them to the batch.

    Arguments
    ---------
    seeds : array-like of int
        [batch], any integers of 64 bits.

    Raises
    ------
    TypeError
        If they are no integers of 64 bits.
    ValueError
        If they are one integer or a matrix, not a list.

    Example
    -------
    >>> Streams([5, 7, 9]).uniform()[1] == Streams([7]).uniform()[0]
    array([ True])
    """

    def __init__(self, seeds):
        seeds = np.asarray(seeds)
        if seeds.ndim != 1:
            raise ValueError(
                f"seeds have the shape {list(seeds.shape)}: a list of "
                "integers needed, one for each example"
            )
        # An empty list is one of floats to NumPy
        if seeds.size > 0 and seeds.dtype.kind not in "iu":
            raise TypeError(
                f"seeds are {seeds.dtype}: a list of integers of 64 bits "
                "needed, one for each example"
            )
        self._seeds = seeds.astype(np.uint64)
        self._drawn = 0

    def __len__(self):
        return len(self._seeds)

    def of(self, rows):
        """The streams of some rows (an index or a slice), from here on."""
        streams = copy.copy(self)
        streams._seeds = self._seeds[rows]
        return streams

    def split(self):
        """A new stream for each example, for one number of its own stream.

        However many numbers are drawn from the new ones, these do not change.
        """
        return Streams(self._bits(1)[:, 0])

    def uniform(self, columns=1):
        """From 0 to less than 1; float64, [batch, columns]."""
        return (self._bits(columns) >> np.uint64(11)) * 2.0**-53

    def integers(self, stop, columns=1):
        """From 0 to `stop` - 1, 2**63 at most; int64, [batch, columns]."""
        return (self._bits(columns) % np.uint64(stop)).astype(np.int64)

    def _bits(self, columns):
        """The next numbers of 64 bits, [batch, columns]."""
        places = np.arange(self._drawn, self._drawn + columns, dtype=np.uint64)
        self._drawn += columns
        # Seeds are mixed first, as neighbouring ones differ in a few bits only
        starts = _mix(self._seeds + _INCREMENT)[:, None]
        return _mix(starts + _INCREMENT * (places + np.uint64(1)))


def _mix(numbers):
    """SplitMix64's finaliser: each bit depends on all."""
    numbers = (numbers ^ (numbers >> _SHIFTS[0])) * _FACTORS[0]
    numbers = (numbers ^ (numbers >> _SHIFTS[1])) * _FACTORS[1]
    return numbers ^ (numbers >> _SHIFTS[2])
