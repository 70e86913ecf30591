"""A few of the broken inputs and kills of `benchmarks/`, which has more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def benchmark(script, *arguments):
    """As a user runs it: it watches processes and limits their memory."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, ROOT / "benchmarks" / script, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_broken_inputs_are_refused_by_name(tmp_path):
    options = ("--inputs=60", "--seed=0", "--processes=1")
    done = benchmark("fuzz.py", *options, f"--keep={tmp_path / 'kept'}")
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_killed_run_leaves_no_trace():
    done = benchmark("kills.py", "--kills=1", "--only=export")
    assert done.returncode == 0, done.stdout
