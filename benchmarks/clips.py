"""How fast are pairs of clips, beside clips of files that are read whole?

    python benchmarks/clips.py

Both ways give two random clips of 4 s at 44.1 kHz, mono, of peak 1, one core,
in turns in one run. The audio is modulated noise in a temporary folder.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
import torch

from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.clips import ClipPairs
from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.dataio.splits import Split

CLIP_SECONDS = 4
RATE = 44100
ROUNDS = 5
CORPORA = [
    # name, file ending, seconds of each file, files
    ("WAV of 3 minutes", "wav", 180, 8),
    ("WAV of 8 seconds", "wav", 8, 100),
    ("FLAC of 3 minutes", "flac", 180, 8),
    ("FLAC of 8 seconds", "flac", 8, 100),
]


def write_corpus(folder, ending, seconds, files):
    """Noise that swells twice a second, 16 bit."""
    generator = np.random.default_rng(0)
    swell = 0.6 + 0.4 * np.sin(4 * np.pi * np.arange(seconds * RATE) / RATE)
    for number in range(files):
        noise = generator.normal(size=seconds * RATE) * 0.1 * swell
        soundfile.write(folder / f"{number}.{ending}", noise, RATE)


def whole_file_pair(paths, generator):
    """What one writes first: read the file, take two clips, normalise."""
    path = paths[generator.integers(len(paths))]
    samples, _ = soundfile.read(path, dtype="float32")
    frames = CLIP_SECONDS * RATE
    clips = []
    for _ in range(2):
        start = generator.integers(len(samples) - frames + 1)
        clip = samples[start : start + frames]
        clips.append(clip / np.abs(clip).max())
    return torch.from_numpy(np.stack(clips))


def pairs_per_second(draw, at_least=1.0):
    """Draws until the time is up: draw(0), draw(1), ..."""
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < at_least:
        assert draw(count).shape == (2, CLIP_SECONDS * RATE)
        count += 1
    return count / (time.perf_counter() - start)


def measure(folder):
    """Medians of turns: pairs a second of ours and of whole files."""
    corpus = Corpus("folder", folder, folder / "manifests", split=Split(0, 0))
    manifest = corpus.prepare().manifest
    paths = [row["wav"] for row in read_manifest(manifest)]
    pairs = ClipPairs(manifest, CLIP_SECONDS, RATE)
    generator = np.random.default_rng(0)
    ours, whole = [], []
    for turn in range(ROUNDS):
        ours.append(
            pairs_per_second(lambda i, turn=turn: pairs[turn, i]["clips"])
        )
        whole.append(
            pairs_per_second(lambda _: whole_file_pair(paths, generator))
        )
    return np.median(ours), np.median(whole)


def main():
    torch.set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"{'':20}{'ClipPairs':>12}{'whole files':>14}{'ratio':>8}")
    for name, ending, seconds, files in CORPORA:
        with tempfile.TemporaryDirectory() as folder:
            write_corpus(Path(folder), ending, seconds, files)
            ours, whole = measure(Path(folder))
        print(f"{name:20}{ours:10.0f}/s{whole:12.1f}/s{ours / whole:8.1f}")


if __name__ == "__main__":
    main()
