"""How fast are pairs of clips from shards, beside those from a manifest?

    python benchmarks/shards.py

Both ways give two random clips of 4 s at 44.1 kHz of one recording, mono, of
peak 1, one core, in turns in one run, from files of one local disk that lie in
its cache. The audio is noise in a temporary folder: sung without a pause, or
sung half of the time, as separated vocals are. Shards are FLAC; a manifest is
of what the corpus has, and WAV needs no decoding. The shards' buffer is filled
before the clock starts; what is read while it runs is counted.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import tempfile
from pathlib import Path

import numpy as np
import soundfile
import torch
from clips import CLIP_SECONDS, RATE, ROUNDS, pairs_per_second

from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.clips import ClipPairs
from speechbrain_singer.dataio.shard_pairs import ShardPairs
from speechbrain_singer.dataio.shard_reader import find_shards
from speechbrain_singer.dataio.shard_writer import write_shards
from speechbrain_singer.dataio.splits import Split

CORPORA = [
    # name, file ending, seconds of each file, files, whether there are pauses
    ("FLAC of 3 minutes", "flac", 180, 12, False),
    ("FLAC of 3 minutes, half sung", "flac", 180, 12, True),
    ("FLAC of 8 seconds", "flac", 8, 200, False),
    ("FLAC of 8 seconds, half sung", "flac", 8, 200, True),
    ("WAV of 3 minutes", "wav", 180, 12, False),
]
BUFFER = 30  # MB, so that shards are read while pairs are


def write_corpus(folder, ending, seconds, files, pauses):
    """Noise that swells twice a second, 16 bit."""
    generator = np.random.default_rng(0)
    time = np.arange(seconds * RATE) / RATE
    swell = 0.6 + 0.4 * np.sin(4 * np.pi * time)
    if pauses:  # of 3 s, after 3 s
        swell *= time % 6 < 3
    for number in range(files):
        noise = generator.normal(size=len(time)) * 0.1 * swell
        soundfile.write(folder / f"{number}.{ending}", noise, RATE)


def measure(folder):
    """Medians of turns: pairs a second from shards and from the manifest."""
    corpus = Corpus("folder", folder, folder / "manifests", split=Split(0, 0))
    manifest = corpus.prepare().manifest
    write_shards(manifest, folder / "shards", "train", megabytes=50)
    shards = find_shards(f"{folder}/shards/train-*.tar")
    streamed = ShardPairs(shards, CLIP_SECONDS, RATE, buffer_megabytes=BUFFER)
    drawn = ClipPairs(manifest, CLIP_SECONDS, RATE)
    from_shards, from_manifest = [], []
    for turn in range(ROUNDS):
        draws = from_stream(streamed, turn), lambda i, turn=turn: drawn[turn, i]
        for draw, speeds in zip(
            draws, (from_shards, from_manifest), strict=True
        ):
            speeds.append(pairs_per_second(lambda i, d=draw: d(i)["clips"]))
    return np.median(from_shards), np.median(from_manifest)


def from_stream(pairs, turn):
    """Draws one pair after another; the first one fills the buffer."""
    pairs.__getitems__([(turn, 0)])
    return lambda i: pairs.__getitems__([(turn, i + 1)])[0]


def main():
    torch.set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"{'manifest of':30}{'shards':>10}{'manifest':>12}{'ratio':>8}")
    for name, *corpus in CORPORA:
        with tempfile.TemporaryDirectory() as folder:
            write_corpus(Path(folder), *corpus)
            ours, other = measure(Path(folder))
        print(f"{name:30}{ours:8.0f}/s{other:10.0f}/s{ours / other:8.2f}")


if __name__ == "__main__":
    main()
