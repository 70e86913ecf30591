"""How much faster than real time is the singing synthesiser, on one core?

    python benchmarks/synthesis.py

Four-second recordings of eight singers, sung and recorded, beside two
textbook ways of making the voice alone, without breath, consonants or room:
a sum of sines under the formants' envelope, and resonators that are run over
the pulses hop by hop with scipy's `sosfilt`. Then all seven techniques, and
mixtures with a band, whose notes were made before: a corpus makes each once.
"""

import os
from dataclasses import replace

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import scipy.signal
import torch
from timing import best_seconds, print_table

from speechbrain_singer.synthesis import (
    HOP,
    SAMPLE_RATE,
    TECHNIQUES,
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    sing,
    synthesise,
)
from speechbrain_singer.synthesis.band import draw_band
from speechbrain_singer.synthesis.mixture import synthesise_mixture
from speechbrain_singer.synthesis.source import draw_pulses

SECONDS = 4.0
SINGERS = 8


def poles(frequencies, bandwidths):
    """Of digital resonators, Hz to the z plane."""
    return np.exp(np.pi * (2j * frequencies - bandwidths) / SAMPLE_RATE)


def tract(singer, performance, frame):
    """All formants and their bandwidths at a frame, in Hz."""
    formants = performance.formants[frame]
    return (
        np.concatenate([formants, singer.upper_formants]),
        np.concatenate([singer.bandwidths, singer.upper_bandwidths]),
    )


def sum_of_sines(singer, performance):
    """Every harmonic up to 16 kHz, its amplitude read off the envelope."""
    time = int(SECONDS * SAMPLE_RATE)
    at_frames = np.arange(len(performance.f0)) * HOP
    f0 = np.interp(np.arange(time), at_frames, performance.f0)
    phase = 2 * np.pi * np.cumsum(f0) / SAMPLE_RATE
    harmonics = np.arange(1, int(16000 / performance.f0.min()) + 1)
    levels = np.empty((len(performance.f0), len(harmonics)))
    for frame, pitch in enumerate(performance.f0):
        z = np.exp(-2j * np.pi * pitch * harmonics / SAMPLE_RATE)
        pole = poles(*tract(singer, performance, frame))[:, None]
        gain = np.abs(1 - pole) ** 2
        sections = gain / (1 - 2 * pole.real * z + np.abs(pole) ** 2 * z**2)
        audible = pitch * harmonics < 16000
        levels[frame] = np.abs(sections.prod(0)) * audible / harmonics
    levels *= performance.voicing[:, None]
    voice = np.zeros(time)
    for k, track in zip(harmonics, levels.T, strict=True):
        voice += np.interp(np.arange(time), at_frames, track) * np.sin(
            k * phase
        )
    return voice


def resonators_hop_by_hop(singer, performance):
    """The pulses, each on its nearest sample, through moving resonators."""
    time = int(SECONDS * SAMPLE_RATE)
    positions, amplitudes = draw_pulses(
        singer, performance, np.random.default_rng(0)
    )
    voice = np.zeros(time + 1)
    voice[positions.round().astype(int)] = amplitudes
    state = np.zeros((5 + len(singer.upper_formants), 2))
    for frame in range(time // HOP + 1):
        pole = poles(*tract(singer, performance, frame))
        a1, a2 = -2 * pole.real, np.abs(pole) ** 2
        sos = np.zeros((len(pole), 6))
        sos[:, 0], sos[:, 3] = 1 + a1 + a2, 1
        sos[:, 4], sos[:, 5] = a1, a2
        hop = slice(frame * HOP, (frame + 1) * HOP)
        voice[hop], state = scipy.signal.sosfilt(sos, voice[hop], zi=state)
    return voice[:time]


def main():
    """Prints times per second of audio and their ratios."""
    torch.set_num_threads(1)
    takes = [
        Take(draw_singer(1, i), draw_song(1, i, 5.0), draw_recording(1, i))
        for i in range(SINGERS)
    ]
    bands = [draw_band(1, i) for i in range(SINGERS)]
    techniques = [
        replace(take, technique=name)
        for take, name in zip(takes, ("", *TECHNIQUES), strict=True)
    ]
    parts = [(take.singer, take.perform(SECONDS)) for take in takes]
    ways = {
        "sum of sines, voice only": lambda: [sum_of_sines(*p) for p in parts],
        "resonators hop by hop, voice only": lambda: [
            resonators_hop_by_hop(*part) for part in parts
        ],
        "sing: voice, breath, consonants": lambda: sing(
            *map(list, zip(*parts, strict=True)), range(SINGERS)
        ),
        "synthesise: sing and record, batch of 8": lambda: synthesise(
            takes, SECONDS
        ),
        "synthesise: sing and record, one by one": lambda: [
            synthesise([take], SECONDS) for take in takes
        ],
        "synthesise: all techniques, one by one": lambda: [
            synthesise([take], SECONDS) for take in techniques
        ],
        "synthesise_mixture: with a band, one by one": lambda: [
            synthesise_mixture(take, band, SECONDS)
            for take, band in zip(takes, bands, strict=True)
        ],
    }
    seconds = best_seconds(ways, rounds=3)
    print("per second of audio, one core")
    print_table(seconds, "sum of sines, voice only", unit=SINGERS * SECONDS)
    for name in list(ways)[-4:]:
        factor = SINGERS * SECONDS / seconds[name]
        print(f"{name}: {factor:.0f} times faster than real time")


if __name__ == "__main__":
    main()
