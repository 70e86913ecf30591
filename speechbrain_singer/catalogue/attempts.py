"""A worker's part of the work: it may die of it, and another tries again."""

from functools import cached_property
from pathlib import Path

import torch

from speechbrain_singer.catalogue.parts import TRIES
from speechbrain_singer.catalogue.tables import (
    ERROR,
    check_same_encoder,
    read_outline,
)
from speechbrain_singer.catalogue.units import (
    about_encoder,
    embed_unit,
    give_up,
)
from speechbrain_singer.evaluation.encoders import load_encoder
from speechbrain_singer.memory import keep_freed_memory

_TRIES = 3
_REASON = (
    f"its part lost {_TRIES} workers, as one of its recordings kills them or "
    "takes all memory: --retry --part-rows 1 finds out which"
)


class Worker:
    """Embeds units in a process of its own, in one thread.

    A file beside the part counts how often it was begun. After three that did
    not come to an end, all recordings of the part fail.

    Arguments
    ---------
    about : dict
        As `about_encoder` returns it; `encoder` is loaded for the first unit,
        and once.
    device : str
    """

    def __init__(self, about, device):
        torch.set_num_threads(1)
        keep_freed_memory()
        self._about = about
        self._device = device

    @cached_property
    def _encoder(self):
        name = self._about["encoder"]
        encoder = load_encoder(name, {"device": self._device})
        # Another machine may have another encoder of the name
        check_same_encoder(name, about_encoder(name, encoder), self._about)
        return encoder

    def embed(self, unit):
        """As `embed_unit`, or what came of a unit that was embedded before."""
        if Path(unit.path).exists():
            return _written(unit)
        tries = Path(f"{unit.path}{TRIES}")
        with tries.open("ab") as file:
            file.write(b".")
        if tries.stat().st_size > _TRIES:
            done = give_up(self._about, unit, _REASON)
        else:
            done = embed_unit(self._encoder, self._about, unit)
        tries.unlink()
        return done


def _written(unit):
    """What came of a part whose worker was lost after it had written it."""
    # It may have been lost before it took the count away
    Path(f"{unit.path}{TRIES}").unlink(missing_ok=True)
    outline = read_outline(unit.path)
    named = zip(outline.paths, outline.columns[ERROR], strict=True)
    failures = [f"{path}: {error}" for path, error in named if error]
    return {"recordings": len(outline.paths), "failures": failures}
