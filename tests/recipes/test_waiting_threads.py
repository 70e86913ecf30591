"""Threads that wait do not spin: said before torch is imported, or never."""

import os
import re
import subprocess
import sys

import pytest
from evaluation_recipe import ROOT

SCRIPTS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("benchmarks", "docs", "recipes")
    for path in (ROOT / folder).rglob("*.py")
    # The others import it where they measure, or are imported themselves
    if re.search(r"^(import|from) speechbrain", path.read_text(), re.MULTILINE)
    and not (path.parent / "__init__.py").exists()
    and path.name != "contribute.py"  # copies files
)

# Imports a script as far as torch, and tells what torch would read
SPY = """
import os, runpy, sys

class Spy:
    def find_spec(self, name, *_):
        if name == "torch":
            print(os.environ.get("OMP_WAIT_POLICY"), flush=True)
            os._exit(0)

sys.meta_path.insert(0, Spy())
sys.path.insert(0, os.path.dirname(sys.argv[1]))  # as Python does
runpy.run_path(sys.argv[1])
print(os.environ.get("OMP_WAIT_POLICY"))  # it needs no torch so far
"""


def what_torch_would_read(script, **environment):
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "OMP_WAIT_POLICY"
    }
    done = subprocess.run(
        [sys.executable, "-c", SPY, script],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("script", SCRIPTS)
def test_waiting_threads_are_passive(script):
    assert what_torch_would_read(script) == "PASSIVE"


def test_the_user_has_the_last_word():
    script = "recipes/verification/evaluate.py"
    assert what_torch_would_read(script, OMP_WAIT_POLICY="ACTIVE") == "ACTIVE"
