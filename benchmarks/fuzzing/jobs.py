"""Runs inputs in processes that are watched, and replaced where they end."""

import logging
import os
import random
import shutil
import signal
import sys
import time
import warnings
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from typing import NamedTuple

import torch

from fuzzing import guard
from fuzzing.findings import Finding, HangError, place
from fuzzing.memory import growth, limit_memory, peak_mib, resident_mib

SECONDS = 5  # of a processor that an input may take
JUMP = 384  # MiB that it may touch
GROWTH = 24  # MiB by which a job's memory may grow after its first fifth
SAMPLES = 200  # of the memory of a job


class Job(NamedTuple):
    """Inputs of a target: from a number on, in steps.

    Arguments
    ---------
    target : type
    seed : int
    numbers : range
    seconds : float
        After which it ends early.
    folder : Path
        Of its own.
    """

    target: type
    seed: int
    numbers: range
    seconds: float
    folder: Path


@dataclass
class Summary:
    """What a process has done."""

    target: str
    inputs: int = 0
    refused: int = 0
    seconds: float = 0.0
    memory: list = field(default_factory=list)  # samples of it, in MiB


def run_jobs(jobs, processes, collection):
    """Runs jobs, several at once.

    Arguments
    ---------
    jobs : list of Job
    processes : int
    collection : Collection

    Returns
    -------
    summaries : list of Summary
        Of each process: a job whose process ends gets another one.
    """
    waiting, running, summaries = list(jobs), {}, []
    while waiting or running:
        while waiting and len(running) < processes:
            watch = _Watch(waiting.pop(0))
            running[watch.pipe] = watch
        for pipe in wait(list(running), timeout=1):
            watch = running[pipe]
            try:
                message = pipe.recv()
            except EOFError:  # it ended
                del running[pipe]
                summaries.append(watch.summary)
                rest = watch.ended(collection)
                waiting += [rest] if rest else []
                continue
            watch.since = time.monotonic()
            if isinstance(message, Summary):
                watch.summary = message
            else:
                collection.add(watch.name, *message, watch.inputs)
                pipe.send("go on")
        for watch in running.values():
            watch.end_if_stuck()
    return summaries


class _Watch:
    """A process that does a job, seen from outside."""

    def __init__(self, job):
        self.job = job
        self.name = job.target.name
        self.inputs = job.folder / "input"
        self.summary = Summary(self.name)
        self.pipe, child = get_context("fork").Pipe()
        self.process = get_context("fork").Process(
            target=_work, args=(job, child)
        )
        self.process.start()
        child.close()
        self.since = time.monotonic() + 60  # what it prepares

    def end_if_stuck(self):
        """Ends a process that waits, or hangs where Python hears no alarm."""
        if time.monotonic() - self.since > 12 * SECONDS:
            self.process.kill()

    def ended(self, collection):
        """Notes a crash; the job's rest, if any."""
        self.process.join()
        self.pipe.close()
        code = self.process.exitcode
        if not code:
            return None
        if code > 0:
            said = (self.job.folder / "said").read_text(errors="replace")
            sys.exit(f"{self.name}: the run itself has failed: {said[-3000:]}")
        number = int((self.job.folder / "number").read_text())
        kind = "hang" if code == -signal.SIGKILL else "crash"
        what = (self.job.folder / "what").read_text()
        finding = Finding(kind, what, f"exit code {code}")
        collection.add(self.name, number, finding, self.inputs)
        numbers = self.job.numbers
        rest = range(number + numbers.step, numbers.stop, numbers.step)
        shutil.rmtree(self.job.folder, ignore_errors=True)
        return self.job._replace(numbers=rest) if rest else None


def _work(job, pipe):
    """Tries a job's inputs, in a process of its own."""
    torch.set_num_threads(1)
    guard.arm()
    signal.signal(signal.SIGPROF, _too_long)
    inputs = job.folder / "input"
    inputs.mkdir(parents=True, exist_ok=True)
    _hear_all_logs()
    # Libraries in C write there, too
    os.dup2(os.open(job.folder / "said", os.O_WRONLY | os.O_CREAT), 2)
    target = job.target(job.folder, inputs)
    summary = Summary(target.name)
    pipe.send(summary)
    limit_memory()
    start = told = time.monotonic()
    every = max(1, len(job.numbers) // SAMPLES)
    for number in job.numbers:
        peak = peak_mib()
        try:
            word = attempt(target, job.seed, number)
            if peak_mib() - peak > JUMP:
                what = (target.folder / "what").read_text()
                raise Finding("memory", what, f"{peak_mib() - peak:.0f} MiB")
        except Finding as finding:
            word = finding.kind
            pipe.send((number, finding))
            pipe.recv()  # the input has been copied
        summary.inputs += 1
        summary.refused += word == "refused"
        summary.seconds = time.monotonic() - start
        if summary.inputs % every == 0:
            summary.memory.append(resident_mib())
        if time.monotonic() - told > 1:
            pipe.send(summary)
            told = time.monotonic()
        if summary.seconds > job.seconds:
            break
    grown = growth(summary.memory)
    if grown > GROWTH:
        finding = f"{grown:.0f} MiB in {summary.inputs} inputs"
        pipe.send((job.numbers.start, Finding("memory", "grows", finding)))
        pipe.recv()
    pipe.send(summary)


def attempt(target, seed, number):
    """Tries one input: `refused`, `accepted`, or a Finding."""
    rng = random.Random(f"{seed} {target.name} {number}")
    case = target.draw(rng)
    _clear(target.inputs)
    for name, data in case.files.items():
        path = target.inputs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            path.mkdir()
        else:
            path.write_bytes(data)
    (target.folder / "number").write_text(str(number))
    (target.folder / "what").write_text(case.what)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        return target.attempt(case)
    except HangError as error:
        raise Finding("hang", place(error), case.what) from None
    except guard.ForeignCodeError as error:
        raise Finding("foreign code", case.what, str(error)) from None
    except Finding as finding:
        if not finding.message.startswith("["):
            finding.message = f"[{case.what}] {finding.message}"
        raise
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _clear(folder):
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


class _EveryLog(logging.Handler):
    """Formats what is logged and says nothing; errors in it are errors."""

    def emit(self, record):
        self.format(record)


def _hear_all_logs():
    logging.getLogger().handlers = [_EveryLog()]
    warnings.simplefilter("ignore")
    sys.stdout = open(os.devnull, "w")


def _too_long(number, frame):
    raise HangError
