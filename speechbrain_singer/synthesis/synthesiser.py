"""From singers, songs and recordings to waveforms."""

from dataclasses import dataclass

import numpy as np
import torch

from speechbrain_singer.dsp.tracks import to_samples
from speechbrain_singer.synthesis.gestures import lip_opening
from speechbrain_singer.synthesis.performance import (
    HOP,
    SAMPLE_RATE,
    perform,
)
from speechbrain_singer.synthesis.recording import Recording, record, rms
from speechbrain_singer.synthesis.singer import Singer
from speechbrain_singer.synthesis.song import Song, hertz
from speechbrain_singer.synthesis.source import (
    aspiration,
    draw_bursts,
    draw_pulses,
    glottal_sections,
    phase_track,
    pulse_train,
)
from speechbrain_singer.synthesis.technique import TECHNIQUES
from speechbrain_singer.synthesis.timing import time_song
from speechbrain_singer.synthesis.vocal_tract import (
    FFT_SIZE,
    all_pole_response,
    filter_frames,
    resonators,
)


@dataclass(frozen=True)
class Take:
    """Who sings what, how, and how it is recorded.

    Arguments
    ---------
    singer : Singer
    song : Song
    recording : Recording
    technique : str
        A name in `TECHNIQUES`, or "" for the singer's own way.
    """

    singer: Singer
    song: Song
    recording: Recording
    technique: str = ""

    def time(self, seconds):
        """The `Timing` of a recording of so many seconds."""
        rng = np.random.default_rng([self.recording.seed, 0])
        return time_song(self.voice, self.song, seconds, rng)

    def perform(self, seconds):
        """The `Performance` that `synthesise` makes sound."""
        rng = np.random.default_rng([self.recording.seed, 0])
        if not self.technique:
            return perform(self.singer, self.song, seconds, rng)
        technique = TECHNIQUES[self.technique]
        words = technique.words(self.song)
        performance = perform(self.voice, words, seconds, rng)
        if technique.gesture is None:
            return performance
        rng = np.random.default_rng([self.recording.seed, 4])
        return technique.gesture(performance, self.song, rng)

    @property
    def voice(self):
        """The `Singer` as he or she sounds in the technique."""
        if not self.technique:
            return self.singer
        return TECHNIQUES[self.technique].voice(self.singer)


def synthesise(takes, seconds, device="cpu"):
    """Sings and records.

    A take sounds the same in any batch: all draws come from the seed of its
    recording.

    Arguments
    ---------
    takes : list of Take
    seconds : float
    device : str or torch.device

    Returns
    -------
    waveforms : torch.Tensor
        float32, [batch, time] at 44.1 kHz.

    Example
    -------
    >>> from speechbrain_singer.synthesis import *
    >>> take = Take(draw_singer(1, 0), draw_song(1, 0, 1), draw_recording(1, 0))
    >>> synthesise([take], 1.0).shape
    torch.Size([1, 44100])
    """
    performances = [take.perform(seconds) for take in takes]
    singers = [take.voice for take in takes]
    seeds = [take.recording.seed for take in takes]
    voices = sing(singers, performances, seeds, device)
    return record(voices, [take.recording for take in takes])


def sing(singers, performances, seeds, device="cpu"):
    """Makes performances of one length sound, without a room.

    Arguments
    ---------
    singers : list of Singer
    performances : list of Performance
    seeds : list of int
        Of breath, jitter and shimmer.
    device : str or torch.device

    Returns
    -------
    voices : torch.Tensor
        float32, [batch, time] at 44.1 kHz; vowels have an RMS of about 1.

    Example
    -------
    >>> from speechbrain_singer.synthesis import draw_singer, draw_song
    >>> singer, song = draw_singer(1, 0), draw_song(1, 0, 1.2)
    >>> song = perform(singer, song, 1.0, np.random.default_rng(0))
    >>> sing([singer], [song], [0]).shape
    torch.Size([1, 44100])
    """
    time = int(performances[0].seconds * SAMPLE_RATE)
    rngs = [np.random.default_rng([seed, 1]) for seed in seeds]
    parts = list(zip(singers, performances, rngs, strict=True))

    glottis = torch.stack([_glottis(s, p, device) for s, p, _ in parts])
    source = _pulses(parts, time, device) + _breath(parts, glottis, time)
    tract = torch.stack([_tract(s, p, device) for s, p, _ in parts])
    fixed = torch.stack([_fixed(s, device) for s in singers])
    sections = torch.cat([glottis, tract], dim=2)
    voices = _past_lips(filter_frames(source, sections, fixed), performances)

    # Level over the whole recording, as if it had no pauses
    sung = torch.tensor([np.mean(p.voicing > 0.3) for p in performances])
    vowels = rms(voices) / sung.to(voices).clamp_min(0.05).sqrt()
    voices /= vowels.clamp_min(1e-9)[:, None]
    noises = np.stack([draw_bursts(*part) for part in parts])
    return voices + torch.from_numpy(noises).to(device)


def _past_lips(voices, performances):
    """What is heard of voices outside lips that flutter."""
    for row, performance in enumerate(performances):
        if performance.lips is not None:
            phase = torch.from_numpy(performance.lips).to(voices.device)
            phase = to_samples(phase[None], voices.shape[1], HOP)[0]
            voices[row] *= lip_opening(phase).to(voices)
    return voices


def _glottis(singer, performance, device):
    f0 = torch.from_numpy(performance.f0).to(device)
    loudness = torch.from_numpy(performance.loudness).to(device)
    head = torch.as_tensor(performance.head, device=device)
    return glottal_sections(f0, loudness, singer, head)


def _tract(singer, performance, device):
    formants = torch.from_numpy(performance.formants).to(device)
    bandwidths = torch.from_numpy(singer.bandwidths).to(device)
    return resonators(formants, bandwidths)


def _fixed(singer, device):
    """Response of what does not move: the formants above F5, and the lips."""
    upper = resonators(
        torch.from_numpy(singer.upper_formants[None]),
        torch.from_numpy(singer.upper_bandwidths[None]),
    )
    # A small source radiates the derivative of its flow
    lips = torch.fft.rfft(torch.tensor([1.0, -1.0]), FFT_SIZE)
    response = all_pole_response(upper)[0] * lips
    if singer.antiformants:
        # A side cavity is a notch: a zero, and a wider pole at its place
        hertz, width = (
            torch.tensor(singer.antiformants).double().T[..., None, :]
        )
        response /= all_pole_response(resonators(hertz, width))[0]
        response *= all_pole_response(resonators(hertz, 4 * width))[0]
    return response.to(device)


def _pulses(parts, time, device):
    """The voiced source of every part of the batch."""
    drawn = [draw_pulses(*part) for part in parts]
    counts = torch.tensor([len(positions) for positions, _ in drawn])
    positions, amplitudes = (
        np.concatenate(x) for x in zip(*drawn, strict=True)
    )
    return pulse_train(
        torch.from_numpy(positions).to(device),
        torch.from_numpy(amplitudes).to(device),
        torch.arange(len(parts)).repeat_interleave(counts).to(device),
        (len(parts), time),
    )


def _breath(parts, glottis, time):
    """The noise source of every part of the batch."""
    noise, phases, amplitudes = [], [], []
    for singer, performance, rng in parts:
        noise.append(rng.standard_normal(time, dtype=np.float32))
        phases.append(phase_track(performance.f0))
        amplitudes.append(performance.aspiration * _breath_gain(singer))
    # The glottal formant is undone. The tilt stays: turbulence too is weak in
    # the treble
    formant = glottis[:, :, 0]
    whitener = formant / formant.sum(-1, keepdim=True)
    stacked = (
        np.stack(x).astype(np.float32) for x in (noise, phases, amplitudes)
    )
    arrays = (torch.from_numpy(x).to(glottis.device) for x in stacked)
    return aspiration(*arrays, whitener.float())


def _breath_gain(singer):
    """Amplitude of the noise, such that it keeps up with the harmonics.

    Above the glottal formant, their power grows as F0^4.
    """
    f0 = hertz(singer.centre)
    return 10 ** ((singer.breath - 88) / 20) * (f0 / 110) ** 2
