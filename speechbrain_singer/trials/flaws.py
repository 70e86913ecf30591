"""What may be wrong with a list of trials."""

from typing import NamedTuple

import numpy as np

from speechbrain_singer.trials.rules import recording_numbers


class Flaws(NamedTuple):
    """What trials should not be: masks, [trials] of bool."""

    itself: np.ndarray  # a recording with itself
    one_recording: np.ndarray  # two clips of a recording, as one singer
    repeated: np.ndarray  # a pair that came before, in whichever order

    @property
    def flawed(self):
        """[trials] of bool: those with any flaw."""
        return self.itself | self.one_recording | self.repeated

    def __str__(self):
        said = (
            "of a recording with itself",
            "of two clips of one recording as one singer",
            "repeated",
        )
        counted = [
            f"{mask.sum()} {what}"
            for mask, what in zip(self, said, strict=True)
            if mask.any()
        ]
        return ", ".join(counted) or "no flaws"


def find_flaws(trials, rows):
    """Finds trials that a good list does not have.

    `recording_numbers` says which rows are of one recording.

    Example
    -------
    >>> from speechbrain_singer.trials.trials import Trials
    >>> rows = [{"ID": name, "recording": name[0]} for name in ("a1", "a2")]
    >>> ones = np.ones(3, int)
    >>> flaws = find_flaws(Trials(ones, np.array([1, 0, 0]), ones), rows)
    >>> print(flaws)
    1 of a recording with itself, 2 of two clips of one recording as one \
singer, 1 repeated
    """
    first, second = trials.first, trials.second
    recordings = recording_numbers(rows)
    itself = first == second
    one_recording = recordings[first] == recordings[second]
    one_recording &= trials.labels.astype(bool) & ~itself
    pairs = np.minimum(first, second).astype(np.int64) * len(rows)
    pairs += np.maximum(first, second)
    _, earliest = np.unique(pairs, return_index=True)
    repeated = np.ones(pairs.size, bool)
    repeated[earliest] = False
    return Flaws(itself, one_recording, repeated)
