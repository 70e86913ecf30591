"""Embeds parts on the machines of a cluster, by Ray Data."""

import json
import logging
from contextlib import contextmanager
from dataclasses import asdict

from speechbrain_singer.catalogue.attempts import Worker
from speechbrain_singer.catalogue.parts import Unit
from speechbrain_singer.extras import imported

LOCAL = "local"  # a Ray of this machine, that ends with the work
_BLOCKS = 10_000  # of units; Ray keeps account of each


def ray_data():
    """The package `ray`, with Ray Data.

    Raises
    ------
    ImportError
        If it is missing; the message says how to install it.
    """
    return imported("catalogue", "--ray", "ray", "ray.data")


def embed_with_ray(units, about, address, device="cpu", workers=1):
    """Embeds units on workers that load the encoder once each.

    Ray starts a worker that is lost again, and it begins its part anew, see
    `Worker`.

    Arguments
    ---------
    units : list of Unit
        Their folder must be one that all workers have, under one path.
    about : dict
        As `about_encoder` returns it; `encoder` is what the workers load.
    address : str
        Of a cluster, such as `auto` or `ray://HOST:10001`; or `local`, for
        this machine.
    device : str
        Each worker has a GPU of its own if it is one.
    workers : int

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
            _Actor,
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
    if address == LOCAL:
        where = {"num_cpus": workers, "include_dashboard": False}
    else:
        where = {"address": address}
    ray.init(**where, log_to_driver=False, logging_level="error")
    try:
        yield
    finally:
        ray.shutdown()


class _Actor:
    """What a process of Ray's keeps."""

    def __init__(self, about, device):
        self._worker = Worker(about, device)

    def __call__(self, batch):
        units = [Unit(**json.loads(text)) for text in batch["unit"]]
        return {"done": [json.dumps(self._worker.embed(u)) for u in units]}
