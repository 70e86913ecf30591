"""Embeds parts on all the workers of a machine or a cluster, by Ray Data."""

import json
import logging
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import torch

from speechbrain_singer.catalogue.parts import TRIES, Unit
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
_BLOCKS = 10_000  # of units; Ray keeps account of each
_REASON = (
    f"its part lost {_TRIES} workers, as one of its recordings kills them or "
    "takes all memory: --retry --part-rows 1 finds out which"
)


def ray_data():
    """The package `ray`, with Ray Data.

    Raises
    ------
    ImportError
        If it is missing; the message says how to install it.
    """
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ImportError(
            f"several workers need the package ray ({error}): "
            "pip install speechbrain_singer[catalogue]"
        ) from error
    return ray


def embed_with_ray(units, about, device="cpu", workers=2, address=None):
    """Embeds units on workers that load the encoder once each.

    Ray starts a worker that is lost again, and it begins its part anew. A part
    that loses three workers has a recording that kills them: all of it fails.

    Arguments
    ---------
    units : list of Unit
        Their folder must be one that all workers have, under one path.
    about : dict
        As `about_encoder` returns it; `encoder` is what the workers load.
    device : str
        Each worker has a GPU of its own if it is one.
    workers : int
    address : str, optional
        Of a cluster, such as `auto` or `ray://HOST:10001`. This machine's
        cores if left out.

    Yields
    ------
    done : dict
        As `embed_unit` returns it, as they come.

    Raises
    ------
    ImportError
        If Ray is missing.
    """
    ray = ray_data()
    with _connection(ray, workers, address):
        ray.data.DataContext.get_current().enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        items = [{"unit": json.dumps(asdict(unit))} for unit in units]
        blocks = min(len(items), _BLOCKS)
        done = ray.data.from_items(items, override_num_blocks=blocks)
        done = done.map_batches(
            Worker,
            fn_constructor_args=(about, device),
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_cpus=1,
            num_gpus=int(device.startswith("cuda")),
        )
        for row in done.iter_rows():
            yield json.loads(row["done"])


@contextmanager
def _connection(ray, workers, address):
    """Ray, if it is not there yet; what was begun here ends here."""
    if ray.is_initialized():
        yield
        return
    if address:
        where = {"address": address}
    else:
        where = {"num_cpus": workers, "include_dashboard": False}
    ray.init(**where, log_to_driver=False, logging_level="error")
    try:
        yield
    finally:
        ray.shutdown()


class Worker:
    """What a process of Ray's keeps: the encoder."""

    def __init__(self, about, device):
        torch.set_num_threads(1)
        keep_freed_memory()
        name = about["encoder"]
        self._encoder = load_encoder(name, {"device": device})
        self._about = about
        # Another machine may have another encoder of the name
        check_same_encoder(name, about_encoder(name, self._encoder), about)

    def __call__(self, batch):
        done = [self._embed(Unit(**json.loads(text))) for text in batch["unit"]]
        return {"done": [json.dumps(own) for own in done]}

    def _embed(self, unit):
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
    outline = read_outline(unit.path)
    named = zip(outline.paths, outline.columns[ERROR], strict=True)
    failures = [f"{path}: {error}" for path, error in named if error]
    return {"recordings": len(outline.paths), "failures": failures}
