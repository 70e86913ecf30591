"""Memory and time of a contrastive step against its batch, on one core.

    python benchmarks/large_batches.py [chunk size]

In one piece, and with the encoder in chunks whose activations are computed
again in the backward pass (`chunk_size` in the YAML). Each step runs in a
process of its own; memory is the largest resident size, less that before the
step.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import multiprocessing
import resource
import sys
import time

PAIRS = (8, 16, 32, 64)
SECONDS = 1
RATE = 44100


def measure(pairs, chunk_size, results):
    """Puts the MiB and the seconds of a step into a queue."""
    import torch

    from speechbrain_singer.lobes.efficientnet import EfficientNet
    from speechbrain_singer.lobes.features import LogMel
    from speechbrain_singer.lobes.heads import ProjectionHead
    from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
    from speechbrain_singer.memory import keep_freed_memory
    from speechbrain_singer.objectives.contrastive import ContrastiveLoss

    torch.set_num_threads(1)
    keep_freed_memory()
    network = EfficientNet(dropout=0.0, stochastic_depth=0.0)
    encoder = WaveformEncoder(LogMel(RATE), network, chunk_size)
    projector, objective = ProjectionHead(), ContrastiveLoss()
    wavs = torch.randn(2 * pairs, SECONDS * RATE)
    projector(encoder(wavs[:2])).sum().backward()  # warms up
    before = resident()
    start = time.perf_counter()
    objective(*projector(encoder(wavs)).chunk(2)).backward()
    took = time.perf_counter() - start
    results.put((resident() - before, took))


def resident():
    """Largest resident size of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(chunk_size=16):
    """Prints a line for each batch."""
    context = multiprocessing.get_context("spawn")
    print(f"contrastive step, pairs of {SECONDS} s, one core")
    print(f"{'pairs':>6}{'in one piece':>22}{f'chunks of {chunk_size}':>22}")
    for pairs in PAIRS:
        line = f"{pairs:>6}"
        for size in (None, chunk_size):
            results = context.Queue()
            arguments = (pairs, size, results)
            process = context.Process(target=measure, args=arguments)
            process.start()
            mebibytes, seconds = results.get()
            process.join()
            line += f"{mebibytes:>10.0f} MiB{seconds:>6.1f} s"
        print(line, flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
