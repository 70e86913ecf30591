"""How far apart in pitch the recordings of trials are."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.evaluation.cache import cached_rows

logger = get_logger(__name__)


@dataclass(frozen=True)
class MedianPitch:
    """The median of the voiced frames of a recording, as an encoder gives it.

    Arguments
    ---------
    tracker : F0Tracker

    Example
    -------
    >>> from speechbrain_singer.dsp.f0 import F0Tracker
    >>> wavs = torch.sin(2 * torch.pi * 440 * torch.arange(22050) / 44100)[None]
    >>> pitch = MedianPitch(F0Tracker()).encode_batch(wavs)
    >>> (2 ** (pitch / 12)).round()
    tensor([[[440.]]])
    """

    # What a pitch depends on beside the tracker's settings; see `fingerprint`
    further_code = ("dsp/*.py",)
    dimension = 1

    tracker: object

    @property
    def sample_rate(self):
        """Of what it hears, in Hz."""
        return self.tracker.sample_rate

    def encode_batch(self, wavs):
        """[batch, time] to [batch, 1, 1]: semitones above 1 Hz, 0 if unvoiced.

        0 is far below all voices.
        """
        return torch.stack([self._pitch(wav) for wav in wavs])[:, None, None]

    def _pitch(self, wav):
        f0, voiced = self.tracker.track(self.tracker.decimate(wav[None]))
        if not voiced.any():
            return f0.new_zeros(())
        return 12 * f0[voiced].median().log2()


def median_pitches(rows, tracker, cache_folder=None, progressbar=True):
    """The pitch of each recording: the median of its voiced frames.

    To be called by all processes; each tracks its share.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.
    tracker : F0Tracker
    cache_folder : str or Path, optional
        Where pitches are kept; nowhere if left out.
    progressbar : bool

    Returns
    -------
    pitches : np.ndarray
        [rows], in semitones above 1 Hz; NaN where there is no voice, or of
        what fails, which a warning says.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.dsp.f0 import F0Tracker
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> wave = np.sin(2 * np.pi * 440 * np.arange(22050) / 44100)
    >>> soundfile.write(path, 0.3 * wave, 44100)
    >>> pitch = median_pitches([{"wav": path}], F0Tracker(), None, False)
    >>> (2 ** (pitch / 12)).round()
    array([440.])
    """
    try:
        found = cached_rows(
            MedianPitch(tracker), rows, cache_folder, progressbar
        )
    except AudioError as error:
        logger.warning("No pitches: %s", error)
        return np.full(len(rows), np.nan)
    pitches = found[:, 0].double().numpy()
    return np.where(pitches > 0, pitches, np.nan)


def pitch_bins(trials, pitches, edges):
    """Which trials have which distance in pitch.

    Arguments
    ---------
    trials : Trials
    pitches : np.ndarray
        [rows], as `median_pitches` returns them.
    edges : sequence of float
        Distances in semitones, rising, from 0.

    Returns
    -------
    bins : dict of str to np.ndarray
        [trials] of bool each: from each edge to below the next, and beyond
        the last one. Trials of unknown pitch are in none.

    Example
    -------
    >>> from speechbrain_singer.trials import Trials
    >>> trials = Trials(np.array([0, 0]), np.array([1, 2]), np.array([1, 0]))
    >>> bins = pitch_bins(trials, np.array([60.0, 58.5, 65.0]), [0, 2])
    >>> {name: mask.tolist() for name, mask in bins.items()}
    {'0 to 2': [True, False], 'over 2': [False, True]}
    """
    distances = np.abs(pitches[trials.first] - pitches[trials.second])
    bins = {
        f"{low:g} to {high:g}": (distances >= low) & (distances < high)
        for low, high in pairwise(edges)
    }
    return bins | {f"over {edges[-1]:g}": distances >= edges[-1]}


def check_edges(edges):
    """Refuses edges that do not rise from 0, each above the one before.

    Example
    -------
    >>> check_edges([0, 2, 5, 9])
    >>> check_edges([0, 5, 2])
    Traceback (most recent call last):
    ValueError: edges of pitch distance in semitones: [0, 5, 2]: they must \
rise from 0, as [0, 2, 5, 9] do
    """
    rising = all(low < high for low, high in pairwise(edges))
    if not (len(edges) and edges[0] == 0 and rising and edges[-1] < np.inf):
        raise ValueError(
            f"edges of pitch distance in semitones: {list(edges)}: they must "
            "rise from 0, as [0, 2, 5, 9] do"
        )
