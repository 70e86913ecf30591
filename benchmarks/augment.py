"""Pitch shift of a batch beside Praat's "Change gender", on one core.

    pip install praat-parselmouth
    python benchmarks/augment.py [folder of recordings]

First the times, per clip of four seconds at 44.1 kHz. Then how well both do,
as Praat hears it, on synthesised voices and on recordings, if a folder with
some is given: one table per range of ratios, its figures explained below it.
"""

import random
import sys
from pathlib import Path

import numpy as np
import parselmouth
import torch
from parselmouth.praat import call
from timing import best_seconds, print_table
from torchaudio.functional import melscale_fbanks, resample

from speechbrain_singer.augment.chain import Chain
from speechbrain_singer.augment.gain import Gain
from speechbrain_singer.augment.noise import GaussianNoise
from speechbrain_singer.augment.pitch_shift import PitchShift
from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.augment.time_mask import TimeMask
from speechbrain_singer.dataio.audio import read_audio
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.synthesis import (
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

CLIPS = 32
SECONDS = 4
RATE = 44100
FRAMES = SECONDS * RATE
RANGES = {"1/1.3 to 1.3": 1.3, "1/2 to 2": 2.0}
LOW_VOICE = 250  # Hz, below which linear prediction finds formants
LEGEND = """
cents      of the median F0 from the wanted one: median, 95 %, largest
< 20, < 40 share of the clips within so many cents
F1 F2 F3   how far they moved, in per cent, median of clips below 250 Hz
envelope   distance of mel spectra of voiced frames to the original's in dB,
           at the same level
level      largest change in dB
crest      change of the crest factor in dB: median, largest
"""


def sing(count):
    """Synthesised voices, [batch, time]."""
    takes = [
        Take(draw_singer(3, i), draw_song(3, i, 8), draw_recording(3, i))
        for i in range(count)
    ]
    return synthesise(takes, SECONDS)


def read_clips(folder, count):
    """The middles of some recordings, [batch, time]."""
    paths = [*Path(folder).rglob("*.wav"), *Path(folder).rglob("*.flac")]
    clips = []
    for path in random.Random(0).sample(sorted(paths), min(count, len(paths))):
        samples, rate = read_audio(path)
        samples = resample(torch.from_numpy(samples), rate, RATE)
        start = max(len(samples) - FRAMES, 0) // 2
        clip = samples[start : start + FRAMES]
        clips.append(torch.nn.functional.pad(clip, (0, FRAMES - len(clip))))
    return torch.stack(clips)


def praat(samples, ratio, range_ratio):
    """Praat's shift of a clip, [time] to [time], as published."""
    sound = parselmouth.Sound(samples.double().numpy(), RATE)
    pitch = sound.to_pitch(0.8 / 75, 75, 600)
    median = call(pitch, "Get quantile", 0, 0, 0.5, "Hertz")
    if np.isnan(median):
        return samples
    changed = call(
        (sound, pitch), "Change gender", 1, ratio * median, range_ratio, 1
    )
    return torch.from_numpy(changed.values[0]).float()


def praat_batch(wavs, ratio, range_ratio):
    """The same, clip by clip."""
    draws = zip(wavs, ratio[:, 0], range_ratio[:, 0], strict=True)
    return torch.stack([praat(x, r.item(), s.item()) for x, r, s in draws])


def ours_batch(wavs, **parameters):
    return PitchShift().apply(wavs, parameters)


def track(samples, ratio):
    """F0 in Hz every 10 ms, 0 without a voice; its range moves along."""
    sound = parselmouth.Sound(samples.double().numpy(), RATE)
    times = np.arange(0.02, SECONDS - 0.02, 0.01)
    pitch = sound.to_pitch(0.01, 75 * ratio, 600 * ratio)
    f0 = np.array([pitch.get_value_at_time(time) for time in times])
    return times, np.nan_to_num(f0)


def formants(samples, times):
    """F1 to F3, [frames, 3], in Hz."""
    sound = parselmouth.Sound(samples.double().numpy(), RATE)
    found = sound.to_formant_burg(0.01, 5, 5250)
    return np.array(
        [[found.get_value_at_time(k, t) for k in (1, 2, 3)] for t in times]
    )


def envelope(samples, times):
    """40 mel bands up to 16 kHz in dB, [frames, 40]."""
    window = torch.hann_window(2048)
    spectrum = torch.stft(
        samples, 2048, 441, window=window, return_complex=True
    )
    bank = melscale_fbanks(1025, 0, 16000, 40, RATE)
    power = spectrum.abs().square().T @ bank
    return 10 * (power + 1e-7).log10()[np.round(times * 100).astype(int)]


def compare(before, after, ratio):
    """What a shift did to a clip, as a dict of figures."""
    times, f0 = track(before, 1)
    _, new_f0 = track(after, ratio)
    medians = np.median(f0[f0 > 0]), np.median(new_f0[new_f0 > 0])
    times = times[(f0 > 0) & (new_f0 > 0)]
    moved = np.full(3, np.nan)
    if max(medians) < LOW_VOICE:
        moved = formants(after, times) / formants(before, times)
        moved = 100 * np.abs(np.nanmedian(moved, axis=0) - 1)
    power, new_power = (x.square().mean().item() for x in (before, after))
    levelled = after * (power / new_power) ** 0.5
    distance = envelope(levelled, times) - envelope(before, times)
    peak, new_peak = (x.abs().max().item() for x in (before, after))
    level = 10 * np.log10(new_power / power)
    return {
        "cents": 1200 * abs(np.log2(medians[1] / (ratio * medians[0]))),
        "formants": moved,
        "envelope": distance.abs().mean().item(),
        "level": abs(level),
        "crest": 20 * np.log10(new_peak / peak) - level,
    }


def print_accuracy(title, wavs):
    """A line for each way to shift and each range of ratios."""
    wavs = wavs / wavs.abs().amax(1, keepdim=True)
    print(f"\n{title}, {len(wavs)} clips")
    print(
        f"{'ratios':<14}{'':<8}{'cents':>16}{'< 20':>6}{'< 40':>6}"
        f"{'F1':>7}{'F2':>5}{'F3':>5}{'envelope':>10}{'level':>7}{'crest':>12}"
    )
    for name, largest in RANGES.items():
        generator = torch.Generator().manual_seed(1)
        exponents = 2 * torch.rand(len(wavs), 1, generator=generator) - 1
        ratio = largest**exponents
        same = torch.ones_like(ratio)
        for label, way in {"Praat": praat_batch, "ours": ours_batch}.items():
            shifted = way(wavs, ratio=ratio, range_ratio=same)
            figures = [
                compare(*clip)
                for clip in zip(
                    wavs, shifted, ratio[:, 0].tolist(), strict=True
                )
            ]
            print_line(name, label, figures)


def print_line(name, label, figures):
    values = {k: np.stack([f[k] for f in figures]) for k in figures[0]}
    cents, crest = values["cents"], values["crest"]
    moved = np.nanmedian(values["formants"], axis=0)
    print(
        f"{name:<14}{label:<8}"
        f"{np.median(cents):5.1f}{np.percentile(cents, 95):6.1f}"
        f"{cents.max():5.0f}{np.mean(cents < 20):6.2f}"
        f"{np.mean(cents < 40):6.2f}"
        f"{moved[0]:7.1f}{moved[1]:5.1f}{moved[2]:5.1f}"
        f"{values['envelope'].mean():10.2f}{values['level'].max():7.2f}"
        f"{np.median(crest):6.1f}{crest.max():6.1f}"
    )


def print_speed(wavs):
    """Milliseconds per clip, with draws as published."""
    streams = Streams(range(CLIPS))
    parameters = PitchShift().draw(wavs, streams)
    chain = Chain([GaussianNoise(), PitchShift(), Gain(), TimeMask()])
    seconds = best_seconds(
        {
            "Praat, Change gender": lambda: praat_batch(wavs, **parameters),
            f"PitchShift, batch of {CLIPS}": lambda: ours_batch(
                wavs, **parameters
            ),
            "PitchShift, clip by clip": lambda: [
                ours_batch(
                    wavs[i : i + 1],
                    **{k: v[i : i + 1] for k, v in parameters.items()},
                )
                for i in range(CLIPS)
            ],
            "published chain, each by probability 0.5": lambda: chain(
                wavs, streams
            ),
        }
    )
    print(f"{SECONDS} s clips, one core, per clip")
    print_table(seconds, next(iter(seconds)), unit=CLIPS)


def main():
    torch.set_num_threads(1)
    keep_freed_memory()
    voices = sing(CLIPS)
    print_speed(voices)
    print(LEGEND, end="")
    print_accuracy("Synthesised voices", voices)
    if len(sys.argv) > 1:
        print_accuracy("Recordings", read_clips(sys.argv[1], 2 * CLIPS))


if __name__ == "__main__":
    main()
