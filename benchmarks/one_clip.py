"""What does one clip of four seconds cost, from nothing and warm?

    python benchmarks/one_clip.py [encoder ...]

A name of a bundled encoder, a folder or a baseline (the untrained encoder if
left out) beside GE2E as its package has it (Resemblyzer), and beside torch
alone, which both import. Each in processes of its own, on one core, in turns:
seconds of that core from the start of Python to the first embedding, those of a
further one, and the most memory that was resident. Who else is busy hardly
changes them.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import json
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
import soundfile

RATE = 44100
SECONDS = 4
ROUNDS = 3  # processes of each
CLIPS = 10  # in each of them, once it is warm
PACKAGE = "Resemblyzer"
TORCH = "import torch, and nothing else"
# Of the largest resident memory: macOS has bytes
MIB = 2**20 if sys.platform == "darwin" else 2**10


def main(*encoders):
    """Prints a line for each encoder."""
    names = [TORCH, PACKAGE, *(encoders or ["untrained"])]
    found = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/clip.wav"
        soundfile.write(path, voice(), RATE)
        for _ in range(ROUNDS):
            for name in names:
                found[name].append(in_a_process(name, path))
    print(f"a clip of {SECONDS} s, one core: the best of {ROUNDS} processes")
    print(f"{'':<32}{'from nothing':>14}{'warm':>12}{'peak memory':>14}")
    for name, runs in found.items():
        first, warm, peak = (min(values) for values in zip(*runs, strict=True))
        print(
            f"{name[-32:]:<32}{first:12.2f} s{1000 * warm:9.0f} ms"
            f"{peak:10.0f} MiB"
        )


def in_a_process(name, path):
    """Seconds from nothing, warm, and MiB, of a fresh Python."""
    one = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    command = [sys.executable, __file__, "measure", name, path]
    done = subprocess.run(
        command,
        **{"stdout": subprocess.PIPE, "check": True, "env": os.environ | one},
    )
    return json.loads(done.stdout.splitlines()[-1])


def measure(name, path):
    """Encodes in this process."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    encode = loaded(name)
    encode(path)
    first, warm = time.process_time(), []
    for _ in range(CLIPS):
        before = time.process_time()
        encode(path)
        warm.append(time.process_time() - before)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    print(json.dumps([first, min(warm), peak]))


def loaded(name):
    """From a path to its embedding; what it needs is imported here."""
    if name == PACKAGE:
        from resemblyzer import VoiceEncoder, preprocess_wav

        encoder = VoiceEncoder("cpu", verbose=False)
        return lambda path: encoder.embed_utterance(preprocess_wav(path))

    if name == TORCH:
        import torch

        return lambda path: torch

    # As users import it, which takes less time than any other way
    from speechbrain_singer import SingerEncoder  # noqa: F401
    from speechbrain_singer.evaluation.embeddings import encode_rows
    from speechbrain_singer.evaluation.encoders import load_encoder

    encoder = load_encoder(name)
    return lambda path: encode_rows(encoder, [{"wav": path}], False)


def voice():
    """A voice of 220 Hz with vibrato and some breath, [time]."""
    time_ = np.arange(SECONDS * RATE) / RATE
    phase = 2 * np.pi * 220 * time_ + 2 * np.sin(2 * np.pi * 5.5 * time_)
    wave = sum(np.sin(k * phase) / k for k in range(1, 30))
    breath = np.random.default_rng(0).standard_normal(len(time_))
    return 0.1 * wave + 0.003 * breath


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
