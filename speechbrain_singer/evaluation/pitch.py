"""How far apart in pitch the recordings of trials are."""

from itertools import pairwise

import numpy as np
import torch
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.inference.reader import BlockReader

logger = get_logger(__name__)


def median_pitches(rows, tracker, progressbar=True):
    """The pitch of each recording: the median of its voiced frames.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.
    tracker : F0Tracker
    progressbar : bool

    Returns
    -------
    pitches : np.ndarray
        [rows], in semitones above 1 Hz; NaN where there is no voice, or the
        file cannot be read, which a warning says.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.dsp.f0 import F0Tracker
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> wave = np.sin(2 * np.pi * 440 * np.arange(22050) / 44100)
    >>> soundfile.write(path, 0.3 * wave, 44100)
    >>> pitch = median_pitches([{"wav": path}], F0Tracker(), False)
    >>> (2 ** (pitch / 12)).round()
    array([440.])
    """
    reader = BlockReader(tracker.sample_rate)
    pitches = np.full(len(rows), np.nan)
    bar = tqdm(rows, "Finding pitches", disable=not progressbar)
    for number, row in enumerate(bar):
        stretch = row.get("start"), row.get("stop")
        try:
            wav = torch.cat(list(reader.from_file(row["wav"], *stretch)))
        except AudioError as error:
            logger.warning("%s: no pitch", error)
            continue
        f0, voiced = tracker.track(tracker.decimate(wav[None]))
        if voiced.any():
            pitches[number] = 12 * np.log2(f0[voiced].median().item())
    return pitches


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
