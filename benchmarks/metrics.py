"""Verification metrics beside SpeechBrain's, then for up to 10 million trials.

    python benchmarks/metrics.py

EER and minDCF of both, which are checked to be equal, in turns on one core;
SpeechBrain's minDCF of 20,000 trials takes 6 GB. Then all figures together
(EER, interpolated EER, minDCF, Cllr, AUC, TPR at 1 % FPR), the DET curve, and
the interval of the EER from 1000 draws of 100 singers, each in a process of
its own: its memory is the peak of that process less what it held before.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import multiprocessing
import time

import numpy as np
import torch
from speechbrain.utils.metric_stats import EER, minDCF
from timing import best_seconds

from speechbrain_singer.metrics.bootstrap import SingerBootstrap
from speechbrain_singer.metrics.detection import (
    OperatingPoints,
    cllr,
    evaluate,
    operating_points,
)

BOTH = (1_000, 5_000, 20_000)
OURS = (100_000, 1_000_000, 10_000_000)
SINGERS = 100


def draw(trials):
    """Scores, labels and the singers of both sides; half of each kind."""
    rng = np.random.default_rng(0)
    labels = np.tile(np.array([1, 0], dtype=np.int8), trials // 2)
    first = rng.integers(0, SINGERS, trials, dtype=np.int32)
    apart = rng.integers(1, SINGERS, trials, dtype=np.int32)
    second = (first + apart * (1 - labels)) % SINGERS
    scores = rng.standard_normal(trials)
    scores += 2 * labels
    return scores, labels, first, second


def beside_speechbrain(trials):
    """Prints a line for each metric: times of both, and their ratio."""
    scores, labels, _, _ = draw(trials)
    same = labels == 1
    sides = torch.tensor(scores[same]), torch.tensor(scores[~same])
    for name, theirs, ours in (
        ("EER", EER, OperatingPoints.equal_error),
        ("minDCF", minDCF, OperatingPoints.min_cost),
    ):
        ways = {
            "theirs": lambda theirs=theirs: theirs(*sides),
            "ours": lambda ours=ours: ours(operating_points(scores, labels)),
        }
        np.testing.assert_allclose(ways["ours"](), ways["theirs"](), atol=1e-6)
        seconds = best_seconds(ways, rounds=1)
        print(
            f"{name:8}{trials:>8,}{1000 * seconds['theirs']:12.1f} ms"
            f"{1000 * seconds['ours']:10.2f} ms"
            f"{seconds['theirs'] / seconds['ours']:10.0f} x",
            flush=True,
        )


def measure(question, trials, results):
    """Puts the seconds and the MiB that a question takes into a queue."""
    scores, labels, first, second = draw(trials)
    question_of = {
        "all figures": lambda: (
            evaluate(operating_points(scores, labels)),
            cllr(scores, labels),
        ),
        "DET curve": lambda: operating_points(scores, labels).curve(),
        "interval": lambda: SingerBootstrap.draw(first, second).eer_interval(
            scores, labels
        ),
    }
    before = memory_mib("VmRSS")
    start = time.perf_counter()
    question_of[question]()
    took = time.perf_counter() - start
    results.put((took, memory_mib("VmHWM") - before))


def memory_mib(field):
    """VmRSS, what this process holds, or VmHWM, the most it ever held."""
    # Of getrusage, the peak would include that of the process before
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith(field))
    return int(line.split()[1]) / 2**10


def main():
    """Prints both tables. Linux tells the memory of a process."""
    torch.set_num_threads(1)
    print(f"{'':8}{'trials':>8}{'SpeechBrain':>15}{'ours':>13}{'ratio':>12}")
    for trials in BOTH:
        beside_speechbrain(trials)
    print()
    context = multiprocessing.get_context("spawn")
    for trials in OURS:
        line = f"{trials:>10,} trials:"
        for question in ("all figures", "DET curve", "interval"):
            results = context.Queue()
            arguments = (question, trials, results)
            process = context.Process(target=measure, args=arguments)
            process.start()
            seconds, mebibytes = results.get()
            process.join()
            line += f"  {question} {seconds:.2f} s, {mebibytes:.0f} MiB"
        print(line, flush=True)


if __name__ == "__main__":
    main()
