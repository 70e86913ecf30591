"""Does a run that was killed end as if it had not been?

    python benchmarks/kills.py [--kills 30] [--seed 1] [--only training,...]

Preparing a corpus, training, exporting an encoder and measuring one are each
killed at file operations that are drawn, at once or some milliseconds later,
and done again. The second run has to end as an undisturbed one does: the same
results, and no file beside them that it does not leave. The exit code is 1 if
one does not.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"

import argparse
import math
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from killing.moments import Moment, names_below, run
from killing.scenes import SCENES, TOLERANCE, warm_up

DELAY = 0.05  # seconds, the longest


def main(arguments):
    """Kills and prints; how many runs did not end as they should."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(s.name for s in SCENES))
    options = parser.parse_args(arguments)
    scenes = [scene for scene in SCENES if scene.name in options.only]
    warm_up()
    rng = random.Random(options.seed)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        wrong = sum(
            kill(scene, number, rng, Path(folder).resolve())
            for scene, number in shares(scenes, options.kills)
        )
    seconds = time.monotonic() - start
    print(
        f"{options.kills} kills, {wrong} not as if nothing had been, "
        f"{seconds:.0f} s"
    )
    return wrong


def shares(scenes, kills):
    """How often each scene is killed."""
    weights = [scene.weight for scene in scenes]
    done = 0
    for place, scene in enumerate(scenes, start=1):
        until = round(kills * sum(weights[:place]) / sum(weights))
        yield scene, until - done
        done = until


def kill(scene_class, number, rng, folder):
    """Kills a scene so often; how often it went wrong."""
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    scene = scene_class(corpus / "data")
    whole = _fresh(scene, folder, "undisturbed")
    end = run(scene.work, whole)
    if end.failure:
        sys.exit(f"{scene.name}: fails undisturbed: {end.failure}")
    expected, names = _outcome(scene, whole), names_below(whole)
    wrong = 0
    for count in range(number):
        killed = _fresh(scene, folder, f"killed{count}")
        moment, first = _at_a_moment(scene, killed, len(end.operations), rng)
        complaints = [_in_child(scene.check_killed, killed)]
        second = run(scene.work, killed)
        if second.failure:
            complaints.append(f"fails: {second.failure}")
        else:
            complaints += different(expected, _outcome(scene, killed))
            complaints += left_over(names, names_below(killed))
        complaints = list(filter(None, complaints))
        wrong += bool(complaints)
        print_line(scene, moment, first, complaints)
    return wrong


def _at_a_moment(scene, folder, operations, rng):
    """Kills a run somewhere; one that ends before is done again."""
    while True:
        delay = rng.choice((0, rng.uniform(0, DELAY)))
        moment = Moment(rng.randint(1, operations), delay)
        end = run(scene.work, folder, moment)
        if end.killed:
            return moment, end


def print_line(scene, moment, first, complaints):
    """Where it died, and what came of it."""
    later = f", {1000 * moment.delay:.0f} ms later" if moment.delay else ""
    what = first.operations[moment.operation - 1]
    print(
        f"{scene.name:15} {moment.operation:4} {what}{later}: "
        + ("; ".join(complaints) or "as if nothing had been"),
        flush=True,
    )


def different(expected, found, where=""):
    """What is not as it should be, up to rounding."""
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = expected.keys() | found.keys()
        return [
            complaint
            for key in sorted(keys)
            for complaint in different(
                expected.get(key), found.get(key), f"{where}{key}."
            )
        ]
    if isinstance(expected, float) and isinstance(found, float):
        alike = math.isclose(expected, found, **TOLERANCE)
    else:
        alike = expected == found
    return [] if alike else [f"{where} {found} for {expected}"[:160]]


def left_over(names, found):
    """Files that an undisturbed run does not leave, or leaves more often."""
    more = Counter(found) - Counter(names)
    return [f"left over: {', '.join(more)}"] if more else []


def _fresh(scene, folder, name):
    """A new folder for a scene, with what is there before it."""
    folder = folder / f"{scene.name} {name}"
    folder.mkdir()
    _in_child(scene.set_up, folder)
    return folder


def _outcome(scene, folder):
    return _in_child(scene.results, folder)


def _in_child(function, folder):
    """What a function of a folder returns; this process computes nothing."""
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        return pool.submit(function, folder).result()


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
