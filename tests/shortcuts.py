"""What takes longer than all the rest of a recipe's run, and is left out.

It has its own tests, or is SpeechBrain's.
"""

import os
from contextlib import nullcontext
from functools import partialmethod

from matplotlib.figure import Figure
from speechbrain.utils import logger

from speechbrain_singer.evaluation.probes import LinearProbe
from speechbrain_singer.reports import pictures, results
from speechbrain_singer.ssl import hand_over
from speechbrain_singer.supervised import (
    classifier_hand_over,
    pretrained_hand_over,
)

PNG = b"\x89PNG\r\n\x1a\n"  # how such a file begins


def describe_no_environment(patch):
    """`pip freeze` takes longer than many a run of a test."""
    patch.setattr(logger, "get_environment_description", str)


def wait_for_no_disk(patch):
    """A file is there for others before the disk has it."""
    patch.setattr(os, "fsync", lambda file: None)


def choose_from_two(patch):
    """Probes fit once for each C that they choose from, in each fold."""
    fewer = partialmethod(LinearProbe.__init__, grid=(0.1, 1.0))
    patch.setattr(LinearProbe, "__init__", fewer)


def draw_nothing(patch):
    """Figures are composed, and saved without being drawn."""
    patch.setattr(Figure, "savefig", lambda _, f, **__: f.write(PNG))
    patch.setattr(pictures, "readable", nullcontext)
    patch.setattr(results, "make_each", lambda makers: [])


def compose_nothing(patch):
    """Nor are figures composed: each picture's file is there, and no more."""
    whose = results, hand_over, classifier_hand_over, pretrained_hand_over
    patch.setattr(results, "make_each", lambda makers: [])
    for module in whose:
        patch.setattr(module, "draw_each", _leave_files)


def _leave_files(folder, drawn):
    paths = {caption: folder / name for caption, (name, _) in drawn.items()}
    for path in paths.values():
        path.write_bytes(PNG)
    return paths
