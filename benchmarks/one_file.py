"""What does a clip cost in an exported file?

    python benchmarks/one_file.py [encoder]

Clips of four seconds, one core, one and 32 at once: SingerEncoder beside the
ONNX file in ONNX Runtime, the .pt2 file in torch, and Resemblyzer (16 kHz), in
turns. Then each from the start of Python to the first embedding.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from timing import best_seconds, print_table

from speechbrain_singer.evaluation.encoders import load_encoder
from speechbrain_singer.inference.exported_file import export_file
from speechbrain_singer.inference.exported_program import program_embedder
from speechbrain_singer.inference.onnx_file import onnx_embedder

SECONDS = 4
ROUNDS = 3  # of embeddings, and of processes
NOISE = (
    "import numpy as np\n"
    "noise = np.random.default_rng(0).normal(0, 0.1, {samples}).astype('f')\n"
)
# What each imports is a part of what its first embedding costs
FIRST = {
    "SingerEncoder": (
        "from speechbrain_singer import SingerEncoder\n"
        "encoder = SingerEncoder.from_hparams({name!r})\n"
        "encoder.encode_batch(noise)"
    ),
    "ONNX Runtime": (
        "import onnxruntime\n"
        "session = onnxruntime.InferenceSession({path!r})\n"
        "session.run(None, {{'waveform': noise[None]}})"
    ),
    "Resemblyzer": (
        "from resemblyzer import VoiceEncoder\n"
        "encoder = VoiceEncoder('cpu', verbose=False)\n"
        "encoder.embed_utterance(noise[:64000])"
    ),
}


def main(name="synthetic"):
    """Prints a table for one clip, one for 32, and one of first embeddings."""
    torch.set_num_threads(1)
    encoder = load_encoder(name)
    with tempfile.TemporaryDirectory() as folder:
        onnx, program = (Path(folder, f"e.{end}") for end in ("onnx", "pt2"))
        export_file(encoder, onnx, name)
        export_file(encoder, program, name)
        files = {
            "ONNX Runtime": onnx_embedder(onnx),
            "torch.export": program_embedder(program),
        }
        for batch in (1, 32):
            print(f"{batch} clips of {SECONDS} s at once, ms a clip")
            warm(encoder, files, batch)
        print("from the start of Python to the first embedding, CPU time")
        first(name, onnx, encoder.sample_rate)


def warm(encoder, files, batch):
    """Prints a table of embedding so many clips."""
    from resemblyzer import VoiceEncoder

    ge2e = VoiceEncoder("cpu", verbose=False)
    clips = 0.1 * torch.randn(batch, SECONDS * encoder.sample_rate)
    low = clips[:, : SECONDS * 16000].numpy()
    functions = {"SingerEncoder": lambda: encoder.encode_batch(clips)}
    for kind, embed in files.items():
        functions[kind] = lambda embed=embed: embed(clips)
    functions["Resemblyzer"] = lambda: [ge2e.embed_utterance(w) for w in low]
    seconds = best_seconds(functions, ROUNDS, time.process_time)
    print_table(seconds, "SingerEncoder", batch)


def first(name, path, rate):
    """Prints a table of whole processes."""
    values = {"name": name, "path": str(path), "samples": SECONDS * rate}
    seconds = {
        kind: min(
            in_a_process((NOISE + code).format(**values)) for _ in range(ROUNDS)
        )
        for kind, code in FIRST.items()
    }
    print_table(seconds, "SingerEncoder")


def in_a_process(code):
    """Seconds of the processor, so that others who work count little."""
    before = os.times()
    one = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    subprocess.run(
        [sys.executable, "-c", code],
        **{"check": True, "env": os.environ | one},
        **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL},
    )
    after = os.times()
    user = after.children_user - before.children_user
    return user + after.children_system - before.children_system


if __name__ == "__main__":
    main(*sys.argv[1:])
