"""What takes longer than all the rest of a recipe's run, and is left out.

It has its own tests, or is SpeechBrain's.
"""

import functools
from contextlib import nullcontext

from matplotlib.figure import Figure
from speechbrain.utils import logger

from speechbrain_singer.reports import pictures, results
from speechbrain_singer.ssl import hand_over
from speechbrain_singer.supervised import classifier_hand_over

PNG = b"\x89PNG\r\n\x1a\n"  # how such a file begins


def describe_environment_once(patch):
    """`pip freeze` takes longer than many a run of a test."""
    describe = functools.cache(logger.get_environment_description)
    patch.setattr(logger, "get_environment_description", describe)


def draw_nothing(patch):
    """Figures are composed, and saved without being drawn."""
    patch.setattr(Figure, "savefig", lambda _, f, **__: f.write(PNG))
    patch.setattr(pictures, "readable", nullcontext)


def compose_nothing(patch):
    """Nor are figures composed: each picture's file is there, and no more."""
    for module in (results, hand_over, classifier_hand_over):
        patch.setattr(module, "draw_each", _leave_files)


def _leave_files(folder, drawn):
    paths = {caption: folder / name for caption, (name, _) in drawn.items()}
    for path in paths.values():
        path.write_bytes(PNG)
    return paths
