"""How long does it take to prepare a corpus of many files, on one core?

    python benchmarks/prepare.py [files]

Files of 8 s by a hundred singers: the first preparation, one after a kill in
the middle of probing, one with another split, and one that finds nothing
changed; beside reading every file with soundfile, as a script would that looks
for what is silent.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import logging
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
import torch

from speechbrain_singer.corpora import Corpus
from speechbrain_singer.corpora.corpus import FINGERPRINT, PROBED
from speechbrain_singer.dataio.splits import Split

RATE, SECONDS, SINGERS = 44100, 8, 100


def write_files(folder, count, ending):
    """One recording, under many names."""
    rng = np.random.default_rng(0)
    swell = np.sin(np.arange(RATE * SECONDS) / 9000)
    samples = 0.1 * swell * rng.standard_normal(RATE * SECONDS)
    first = folder / f"first.{ending}"
    soundfile.write(first, samples, RATE)
    for number in range(count):
        path = folder / f"s{number % SINGERS:02d}" / f"{number}.{ending}"
        path.parent.mkdir(exist_ok=True)
        os.link(first, path)
    first.unlink()


def half_probed(folder):
    """As a kill leaves it: half of the files are noted."""
    noted = folder / PROBED
    lines = noted.read_text().splitlines(keepends=True)
    noted.write_text("".join(lines[: len(lines) // 2]))
    (folder / FINGERPRINT).unlink()


def main():
    """Prints seconds, and files a second."""
    logging.disable(logging.WARNING)
    count = int(sys.argv[1]) if sys.argv[1:] else 10_000
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    torch.set_num_threads(1)
    for ending in ("wav", "flac", "mp3"):
        with tempfile.TemporaryDirectory() as folder:
            audio, save = Path(folder, "audio"), Path(folder, "save")
            audio.mkdir()
            write_files(audio, count, ending)
            measure(audio, save, count, ending)


def measure(audio, save, count, ending):
    """Times the ways on one corpus."""

    def prepare(seed=1):
        Corpus("folder", audio, save, split=Split(seed=seed)).prepare()

    def prepare_after_a_kill():
        half_probed(save)
        prepare()

    def read_all():
        for path in audio.glob("*/*"):
            np.abs(soundfile.read(path, dtype="float32")[0]).max()

    ways = {
        "first": prepare,
        "nothing changed": prepare,
        "after a kill in the middle": prepare_after_a_kill,
        "another split": lambda: prepare(seed=2),
        "soundfile reads all of it": read_all,
    }
    print(f"{count} files of {SECONDS} s, {ending}, one core")
    for name, way in ways.items():
        start = time.perf_counter()
        way()
        seconds = time.perf_counter() - start
        print(f"{name:28} {seconds:7.1f} s {count / seconds:9.0f} files/s")
    shutil.rmtree(save)


if __name__ == "__main__":
    main()
