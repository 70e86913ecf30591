"""Reads clips from an open recording: only the frames that they take."""

import math

import numpy as np
import torch

from speechbrain_singer.dataio.audio import (
    SILENCE,
    read_open,
    resampler,
)

FRAMES_PER_SECOND = 43  # 1025 samples at 44.1 kHz: a few glottal periods
# A frame sounds if its level is within 40 dB of the recording's peak, and
# above a floor: see SILENCE
SOUNDING = 1e-2
FLOOR = SILENCE / 10
FILTER_ZEROS = 7  # how far torchaudio's filter reaches, in zero crossings


def frame_size(rate, samples):
    """How many samples a frame has: 23 ms, or all that there are."""
    return min(max(1, rate // FRAMES_PER_SECOND), samples)


def sounding_frames(samples, size, threshold):
    """Which frames sound; a constant offset is no sound.

    Arguments
    ---------
    samples : np.ndarray
        [time]
    size : int
        Samples of a frame. What does not fill one at the end is left out.
    threshold : float
        Root mean square of a frame that just does not sound.

    Returns
    -------
    sounds : np.ndarray
        [frames], bool.

    Example
    -------
    >>> sounding_frames(np.array([0.0, 0.0, 0.5, -0.5]), 2, 0.1)
    array([False,  True])
    """
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    power = np.einsum("ij,ij->i", frames, frames) / size
    offset = np.median(frames.mean(axis=1))
    if abs(offset) > threshold / 2:  # a smaller one makes no frame sound
        frames = frames - offset
        without = np.einsum("ij,ij->i", frames, frames) / size
        # What is not displaced may be silence too
        power = np.minimum(power, without)
    return power > threshold**2


class Recording:
    """A recording that `Recordings.open` opened.

    Arguments
    ---------
    recordings : Recordings
        Says how long a clip is, and at which rate.
    file : AudioFile
    start, stop : int
        First frame of the recording in the file, and the one after its last.
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
        self.length = min(round(recordings.seconds * self.rate), self.frames)
        self._held = None  # first frame, samples

    @property
    def last(self):
        """The last frame at which a clip can start, 0 for a short recording."""
        return self.frames - self.length

    def read(self, start):
        """Reads a clip, and what the resampler needs on both sides of it.

        Arguments
        ---------
        start : int
            Its first frame, counted from the recording's first.

        Returns
        -------
        clip : Clip
        """
        margin = self._margin()
        before = min(margin, start)
        after = min(margin, self.last - start)
        first, stop = start - before, start + self.length + after
        if self._held is None and self.frames <= 2 * self.length:
            # Two clips would read, and decode, as much or more
            self._held = 0, self._read(0, self.frames)
        held, samples = self._held or (0, ())
        if held <= first and stop <= held + len(samples):
            samples = samples[first - held : stop - held]
        else:
            samples = self._read(first, stop - first)
        return Clip(self, samples, before)

    def read_all(self, starts):
        """As `read`, of several clips; overlapping ones are decoded at once.

        Arguments
        ---------
        starts : sequence of int

        Returns
        -------
        clips : list of Clip
        """
        first, last = min(starts), max(starts)
        if first < last <= first + self.length:
            margin = self._margin()
            first = max(0, first - margin)
            stop = min(self.frames, last + self.length + margin)
            self._held = first, self._read(first, stop - first)
        return [self.read(start) for start in starts]

    def _margin(self):
        """How far the resampler reaches to one side, in its whole steps."""
        if self.rate == self.new_rate:
            return 0
        reach = FILTER_ZEROS * max(1, self.rate / self.new_rate)
        step = resampler(self.rate, self.new_rate).orig_freq
        return math.ceil(reach / step) * step

    def _read(self, first, frames):
        return read_open(self.file, self.start + first, frames)


class Clip:
    """A clip at the file's rate.

    Arguments
    ---------
    recording : Recording
    samples : np.ndarray
        [time], with a margin on both sides.
    before : int
        Samples of the first margin.
    """

    def __init__(self, recording, samples, before):
        self.recording = recording
        self.samples = samples
        self.before = before

    @property
    def sounding(self):
        """Share of its frames that sound, 0 to 1; padding does not count.

        A constant offset is no sound.
        """
        body = self.samples[self.before :][: self.recording.length]
        size = frame_size(self.recording.rate, len(body))
        sounds = sounding_frames(body, size, self.recording.threshold)
        return float(np.mean(sounds))

    def resampled(self):
        """The clip as loud as in its file: float32, [time] or shorter."""
        old, new = self.recording.rate, self.recording.new_rate
        samples, first = self.samples, self.before
        if old != new:
            samples = resampler(old, new)(torch.from_numpy(samples)).numpy()
            first = round(first * new / old)
        return samples[first:][: self.recording.time]

    def waveform(self):
        """The clip as networks take it.

        Returns
        -------
        waveform : np.ndarray
            float32, [time] at the new rate, peak 1, zeros at its end where the
            recording is shorter.
        """
        samples = self.resampled()
        peak = max(samples.max(), -samples.min())
        scale = np.float32(1 / peak if peak > 0 else 0)
        waveform = np.empty(self.recording.time, dtype=np.float32)
        np.multiply(samples, scale, out=waveform[: len(samples)])
        waveform[len(samples) :] = 0
        return waveform
