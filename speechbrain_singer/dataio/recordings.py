"""Reads crops of a manifest's recordings: only the frames that it needs."""

import math
from contextlib import contextmanager

import numpy as np
import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.audio import (
    SILENCE,
    AudioError,
    open_audio,
    read_open,
    resampler,
)
from speechbrain_singer.dataio.manifest import read_manifest

logger = get_logger(__name__)

FRAMES_PER_SECOND = 43  # 1025 samples at 44.1 kHz: a few glottal periods
# A frame sounds if its level is within 40 dB of the recording's peak, and
# above a floor: see SILENCE
SOUNDING = 1e-2
FLOOR = SILENCE / 10
FILTER_ZEROS = 7  # how far torchaudio's filter reaches, in zero crossings


class Recordings:
    """The recordings of a manifest, held small, and crops of one length.

    Arguments
    ---------
    manifest : str or Path
        The CSV file.
    seconds : float
        Length of a crop.
    sample_rate : int
        In Hz, of the crops that come out, whatever the files have.

    Raises
    ------
    ValueError
        If the manifest is empty or not one, or if a crop has no sample.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.corpora import prepare
    >>> folder = getfixture("tmp_path")
    >>> noise = np.random.default_rng(0).uniform(-0.5, 0.5, 96000)
    >>> soundfile.write(folder / "a.wav", noise, 48000)
    >>> paths = prepare("folder", folder, folder, 0, 0)
    >>> recordings = Recordings(paths.train, seconds=0.5, sample_rate=44100)
    >>> with recordings.open(0) as recording:
    ...     crop = recording.crop(start=4800)
    >>> crop.sounding
    1.0
    >>> crop.clip().shape
    (22050,)
    """

    def __init__(self, manifest, seconds, sample_rate):
        rows = read_manifest(manifest)
        if not rows:
            raise ValueError(f"{manifest}: no recordings in this manifest")
        self.manifest = manifest
        self.seconds = seconds
        self.sample_rate = sample_rate
        self.time = round(seconds * sample_rate)
        if self.time < 1:
            raise ValueError(
                f"clips of {seconds} s at {sample_rate} Hz have no sample"
            )
        self.paths = [row["wav"] for row in rows]
        self.singers = [row["singer"] for row in rows]
        self.start = np.array([row["start"] for row in rows])
        self.stop = np.array([row["stop"] for row in rows])
        self.rate = np.array([row["sample_rate"] for row in rows])
        self.peak = np.array([row["peak"] for row in rows])
        self._named = set()

    def __len__(self):
        return len(self.paths)

    @property
    def durations(self):
        """In seconds, [recordings]."""
        return (self.stop - self.start) / self.rate

    def warn_once(self, row, error, what_follows):
        """Names a recording that cannot be read, the first time only.

        It is not left out for good: a run that goes on from a checkpoint does
        not know what failed before it, and must draw the same.
        """
        if row not in self._named:
            self._named.add(row)
            logger.warning("%s; %s", error, what_follows)

    @contextmanager
    def open(self, row):
        """Opens a recording; all crops of it share the open file.

        Arguments
        ---------
        row : int
            Its place in the manifest.

        Yields
        ------
        recording : Recording

        Raises
        ------
        AudioError
            If the file cannot be read, or is not the one that was probed.
        """
        with open_audio(self.paths[row]) as file:
            rate, stop = int(self.rate[row]), int(self.stop[row])
            if file.samplerate != rate or file.frames < stop:
                raise AudioError(
                    f"{file.name}: changed since its manifest was written: "
                    f"{file.frames} frames at {file.samplerate} Hz, not {stop} "
                    f"at {rate} Hz"
                )
            start, peak = int(self.start[row]), float(self.peak[row])
            yield Recording(self, file, start, stop, peak)


class Recording:
    """A recording that `Recordings.open` opened.

    Arguments
    ---------
    recordings : Recordings
        Says how long a crop is, and at which rate.
    file : soundfile.SoundFile
    start : int
        First frame of the recording in the file.
    stop : int
        The frame after its last.
    peak : float
        Its largest absolute value.
    """

    def __init__(self, recordings, file, start, stop, peak):
        self.file = file
        self.start = start
        self.frames = stop - start
        self.rate = file.samplerate
        self.threshold = max(SOUNDING * peak, FLOOR)
        self.new_rate = recordings.sample_rate
        self.time = recordings.time
        self._whole = None
        self.length = min(round(recordings.seconds * self.rate), self.frames)

    @property
    def last(self):
        """The last frame at which a crop can start, 0 for a short recording."""
        return self.frames - self.length

    def crop(self, start):
        """Reads a crop, and what the resampler needs on both its sides.

        Arguments
        ---------
        start : int
            Its first frame, counted from the recording's first.

        Returns
        -------
        crop : Crop
        """
        margin = self._margin()
        before = min(margin, start)
        after = min(margin, self.last - start)
        first, stop = start - before, start + self.length + after
        if self.frames > 2 * self.length:
            samples = self._read(first, stop - first)
        else:
            # Two crops would read, and decode, as much or more
            if self._whole is None:
                self._whole = self._read(0, self.frames)
            samples = self._whole[first:stop]
        return Crop(self, samples, before)

    def _margin(self):
        """What the resampler needs on a side, in its whole steps."""
        if self.rate == self.new_rate:
            return 0
        reach = FILTER_ZEROS * max(1, self.rate / self.new_rate)
        step = resampler(self.rate, self.new_rate).orig_freq
        return math.ceil(reach / step) * step

    def _read(self, first, frames):
        samples = read_open(self.file, self.start + first, frames)
        if len(samples) < frames:
            raise AudioError(f"{self.file.name}: truncated: its audio stops")
        return samples


class Crop:
    """A crop as it was read, at the file's rate.

    Arguments
    ---------
    recording : Recording
    samples : np.ndarray
        [time], with a margin on both sides.
    before : int
        How many samples the first margin has.
    """

    def __init__(self, recording, samples, before):
        self.recording = recording
        self.samples = samples
        self.before = before

    @property
    def sounding(self):
        """Share of its frames that sound, 0 to 1; padding does not count."""
        body = self.samples[self.before :][: self.recording.length]
        size = min(max(1, self.recording.rate // FRAMES_PER_SECOND), len(body))
        frames = body[: len(body) // size * size].reshape(-1, size)
        power = np.einsum("ij,ij->i", frames, frames) / size
        return float(np.mean(power > self.recording.threshold**2))

    def clip(self):
        """The crop as models take it.

        Returns
        -------
        clip : np.ndarray
            float32, [time] at the new rate, peak 1, zeros at its end where the
            recording is shorter.
        """
        clip = np.empty(self.recording.time, dtype=np.float32)
        self.write(clip)
        return clip

    def write(self, clip):
        """Writes what `clip` returns into an array of that shape."""
        old, new = self.recording.rate, self.recording.new_rate
        samples, first = self.samples, self.before
        if old != new:
            samples = resampler(old, new)(torch.from_numpy(samples)).numpy()
            first = round(first * new / old)
        samples = samples[first:][: self.recording.time]
        peak = max(samples.max(), -samples.min())
        scale = np.float32(1 / peak if peak > 0 else 0)
        np.multiply(samples, scale, out=clip[: len(samples)])
        clip[len(samples) :] = 0
