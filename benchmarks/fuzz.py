"""Broken inputs by the thousand: does the package refuse them, by name?

    python benchmarks/fuzz.py [--inputs 100000] [--seed 1] [--seconds N]
        [--only manifests,...] [--processes 2] [--keep fuzz]

An input is damaged, or not, in a way that is drawn from the seed and its
number. A finding is an error that names neither file nor value or is none of a
user's, a hang, a crash, memory that grows, foreign code, something broken that
is taken, or something whole that is not taken for what it is. Findings of one
kind are shown once; their smallest inputs lie in the folder `--keep`. The exit
code is 1 if there are any.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ["HF_HUB_OFFLINE"] = "1"

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from fuzzing.findings import Collection
from fuzzing.jobs import Job, run_jobs
from fuzzing.targets import TARGETS


def main(arguments):
    """Runs and prints; the number of findings."""
    options = parse(arguments)
    shutil.rmtree(options.keep, ignore_errors=True)
    collection = Collection(Path(options.keep))
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        jobs = list(plan(options, Path(folder)))
        summaries = run_jobs(jobs, options.processes, collection)
    seconds = time.monotonic() - start
    print_table(summaries, seconds)
    collection.print()
    return len(collection.found)


def parse(arguments):
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--only", default=",".join(TARGETS))
    parser.add_argument("--number", type=int, help="one input, by its number")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--keep", default="fuzz")
    return parser.parse_args(arguments)


def plan(options, folder):
    """Jobs: of each target its share of the inputs, one for each process."""
    targets = [TARGETS[name] for name in options.only.split(",")]
    whole = sum(target.share for target in targets)
    for target in targets:
        share = round(options.inputs * target.share / whole)
        seconds = options.seconds * target.share / whole
        for process in range(options.processes):
            numbers = range(process, share, options.processes)
            if options.number is not None:
                numbers = range(options.number, options.number + 1 - process)
            where = folder / f"{target.name} {process}"
            if numbers:
                yield Job(target, options.seed, numbers, seconds, where)


def print_table(summaries, seconds):
    """A line for each target."""
    print(
        f"{'':18}{'inputs':>8}{'refused':>9}{'a second':>10}  resident memory"
    )
    for name in dict.fromkeys(summary.target for summary in summaries):
        own = [summary for summary in summaries if summary.target == name]
        inputs = sum(summary.inputs for summary in own)
        refused = sum(summary.refused for summary in own)
        took = sum(summary.seconds for summary in own)
        memory = [s.memory for s in own if s.memory]
        first = max((m[len(m) // 5] for m in memory), default=0)
        last = max((m[-1] for m in memory), default=0)
        print(
            f"{name:18}{inputs:8}{refused:9}{inputs / took:10.0f}  "
            f"from {first:.0f} to {last:.0f} MiB"
        )
    total = sum(summary.inputs for summary in summaries)
    print(f"{total} inputs in {seconds:.0f} s, {total / seconds:.0f} a second")


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
