"""Pitch shift of a batch beside Praat's "Change gender", and all transforms.

    pip install praat-parselmouth
    python benchmarks/augment.py [folder of recordings]

First the times, per clip of four seconds at 44.1 kHz: on one core, and on a
GPU if there is one, beside Praat on one core. Then how well both shift, as
Praat hears it, on synthesised voices and on recordings, if a folder with some
is given: one table per range of ratios, its figures explained below it.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import random
import sys
import tempfile
from pathlib import Path

import numpy as np
import parselmouth
import soundfile
import torch
from parselmouth.praat import call
from timing import best_seconds, print_table
from torchaudio.functional import melscale_fbanks, resample

from speechbrain_singer.augment.background import Background
from speechbrain_singer.augment.band_limit import BandLimit
from speechbrain_singer.augment.chain import Chain
from speechbrain_singer.augment.clipping import Clipping
from speechbrain_singer.augment.coloured_noise import ColouredNoise
from speechbrain_singer.augment.equaliser import Equaliser
from speechbrain_singer.augment.formant_shift import FormantShift
from speechbrain_singer.augment.gain import Gain
from speechbrain_singer.augment.mp3 import MP3
from speechbrain_singer.augment.noise import GaussianNoise
from speechbrain_singer.augment.pitch_shift import PitchShift
from speechbrain_singer.augment.recorded_reverb import RecordedReverb
from speechbrain_singer.augment.reverb import Reverb
from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.augment.time_mask import TimeMask
from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.audio import read_audio
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.synthesis import (
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

CLIPS = 32
GPU_CLIPS = (32, 256)
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
    """Milliseconds per clip, with draws as published; returns Praat's."""
    parameters = PitchShift().draw(wavs, Streams(range(CLIPS)))
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
            "published chain, each by probability 0.5": chained(wavs),
        }
    )
    print(f"{SECONDS} s clips, one core, per clip")
    print_table(seconds, next(iter(seconds)), unit=CLIPS)
    return seconds["Praat, Change gender"] / CLIPS


def chained(wavs):
    """A function that makes the same draws each time."""
    chain = Chain([GaussianNoise(), PitchShift(), Gain(), TimeMask()])
    return lambda: chain(wavs, Streams(range(len(wavs))))


def transformed(transform, wavs):
    """The same, of a transform that each clip gets."""

    def function():
        streams = Streams(range(len(wavs)))
        return transform.apply(wavs, transform.draw(wavs, streams))

    return function


def on_device(folder, device):
    """Transforms for which a GPU does not wait, by name."""
    generator = np.random.default_rng(0)
    decay = np.exp(-np.arange(RATE) / (0.1 * RATE))
    soundfile.write(
        folder / "room.wav", 0.2 * decay * generator.standard_normal(RATE), RATE
    )
    return {
        "PitchShift": PitchShift(),
        "FormantShift": FormantShift(),
        "GaussianNoise": GaussianNoise(),
        "ColouredNoise": ColouredNoise(),
        "Gain": Gain(),
        "TimeMask": TimeMask(),
        "Equaliser": Equaliser(),
        "BandLimit": BandLimit(),
        "Clipping": Clipping(),
        "Reverb": Reverb(),
        "RecordedReverb, 1 s": RecordedReverb([folder / "room.wav"]).to(device),
    }


def on_host(folder):
    """Those that read files or call a codec, by name."""
    (folder / "music").mkdir()
    music = np.random.default_rng(0).uniform(-0.5, 0.5, 60 * RATE)
    soundfile.write(folder / "music" / "a.wav", music, RATE)
    manifests = Corpus(
        "folder", folder / "music", folder / "save", split=Split(0, 0)
    ).prepare()
    return {"MP3": MP3(), "Background": Background(manifests.train, SECONDS)}


def print_transforms(wavs):
    """Milliseconds per clip, draws included, of each transform."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        transforms = on_device(folder, wavs.device) | on_host(folder)
        seconds = best_seconds(
            {name: transformed(t, wavs) for name, t in transforms.items()}
        )
    print(f"\nEach transform, one core, batch of {CLIPS}, per clip")
    print_table(seconds, "PitchShift", unit=CLIPS)


def print_gpu(wavs, praat_seconds):
    """The same on a GPU, beside Praat's seconds per clip on one core."""
    with tempfile.TemporaryDirectory() as folder:
        transforms = on_device(Path(folder), "cuda")
    for clips in GPU_CLIPS:
        batch = wavs.repeat(clips // len(wavs), 1).cuda()
        functions = {"published chain": chained(batch)}
        functions |= {n: transformed(t, batch) for n, t in transforms.items()}
        seconds = best_seconds(
            {name: finished(f) for name, f in functions.items()}
        )
        each = {name: took / clips for name, took in seconds.items()}
        praat = "Praat, Change gender, one core"
        print(f"\n{torch.cuda.get_device_name()}, batch of {clips}, per clip")
        print_table({praat: praat_seconds} | each, praat)


def finished(function):
    """The function, until the GPU is done."""

    def wait():
        function()
        torch.cuda.synchronize()

    return wait


def main():
    torch.set_num_threads(1)
    keep_freed_memory()
    voices = sing(CLIPS)
    praat_seconds = print_speed(voices)
    print_transforms(voices)
    if torch.cuda.is_available():
        print_gpu(voices, praat_seconds)
    print(LEGEND, end="")
    print_accuracy("Synthesised voices", voices)
    if len(sys.argv) > 1:
        print_accuracy("Recordings", read_clips(sys.argv[1], 2 * CLIPS))


if __name__ == "__main__":
    main()
