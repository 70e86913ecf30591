"""Which recording a pair's second clip comes from."""

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.numbering import numbered

logger = get_logger(__name__)

PAIRS = ("recording", "singer")


class Pairing:
    """Groups of recordings: both clips of a pair come from one group.

    Arguments
    ---------
    pairs : str
        `recording`: both clips come from one recording. `singer`: they come
        from two recordings of one singer; where a singer has but one, or a
        recording has no singer's name, both come from it.
    singers : list of str
        [recordings], their names, empty where they are not known.
    durations : np.ndarray
        [recordings], in seconds.

    Attributes
    ----------
    groups : np.ndarray
        [recordings], the number of each one's group.

    Raises
    ------
    ValueError
        If `pairs` is neither, or no recording has a singer's name.

    Example
    -------
    >>> pairing = Pairing("singer", ["ann", "bob", "ann"], np.ones(3))
    >>> pairing.groups
    array([0, 1, 0], dtype=int32)
    >>> [pairing.partner(row, np.random.default_rng(0)) for row in range(3)]
    [2, 1, 0]
    """

    def __init__(self, pairs, singers, durations):
        if pairs not in PAIRS:
            raise ValueError(
                f"pairs is {pairs!r}; it can be {' or '.join(PAIRS)}"
            )
        self.durations = durations
        self.groups = np.arange(len(singers))
        self._members = None
        if pairs == "singer":
            self._group_by(singers)

    def _group_by(self, singers):
        if not any(singers):
            raise ValueError(
                "pairs: singer needs the singers' names, and no recording has "
                "one; put each singer's files into a folder of their own, or "
                "use pairs: recording"
            )
        self.groups = numbered(
            singer or row for row, singer in enumerate(singers)
        )
        counts = np.bincount(self.groups)
        order = np.argsort(self.groups, kind="stable")
        self._members = np.split(order, np.cumsum(counts)[:-1])
        alone = np.sum(counts == 1)
        if alone:
            logger.warning(
                f"pairs: singer: {alone} of {len(singers)} recordings are the "
                "only ones of their singers, or have no singer's name: both "
                "clips of their pairs come from one recording"
            )

    def partner(self, row, generator, without=()):
        """Draws the recording of the second clip.

        Arguments
        ---------
        row : int
            The first clip's recording.
        generator : np.random.Generator
        without : collection of int
            Recordings whose file could not be read.

        Returns
        -------
        partner : int
            Another one of its group, the longer the likelier; `row` if there
            is none.
        """
        if self._members is None:
            return row
        others = self._members[self.groups[row]]
        others = others[~np.isin(others, [row, *without])]
        if not len(others):
            return row
        ends = np.cumsum(self.durations[others])
        place = generator.random() * ends[-1]
        return int(others[np.searchsorted(ends, place, side="right")])
