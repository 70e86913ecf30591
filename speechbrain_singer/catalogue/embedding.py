"""Embeds a catalogue: resumes where it was, whatever ended it."""

from dataclasses import dataclass

from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.catalogue.listing import list_recordings, shard_of
from speechbrain_singer.catalogue.parts import Parts
from speechbrain_singer.catalogue.pool import embed_in_processes
from speechbrain_singer.catalogue.ray_units import embed_with_ray
from speechbrain_singer.catalogue.units import about_encoder, embed_unit
from speechbrain_singer.checks import check_whole
from speechbrain_singer.evaluation.encoders import load_encoder
from speechbrain_singer.processor import own_cores

logger = get_logger(__name__)

PART_ROWS = 128  # recordings: what a kill costs each worker at most


@dataclass(frozen=True)
class Embedded:
    """What came of it.

    Arguments
    ---------
    new : int
        Recordings that were embedded by this call.
    failed : int
        Recordings in the table without an embedding, of this call or before.
    """

    new: int
    failed: int


@dataclass(frozen=True)
class Workers:
    """Who embeds.

    Arguments
    ---------
    count : int
        Processes. 1 is this one, with all threads; others have one thread
        each. 0 is one for each core of this machine.
    device : str
    ray : str, optional
        The address of a Ray cluster, see `embed_with_ray`. Left out: processes
        of this machine, without Ray.
    """

    count: int = 1
    device: str = "cpu"
    ray: str | None = None

    def embed(self, encoder, about, units):
        """Embeds units; yields what `embed_unit` returns, as they come."""
        count = self.count or own_cores()
        if self.ray is not None:
            yield from embed_with_ray(
                units, about, self.ray, self.device, count
            )
        elif count > 1:
            yield from embed_in_processes(units, about, self.device, count)
        else:
            for unit in units:
                yield embed_unit(encoder, about, unit)


HERE = Workers()


def embed_catalogue(
    inputs, target, encoder, workers=HERE, retry=False, part_rows=PART_ROWS
):
    """Embeds recordings into a table, those that are not in it yet.

    What is done is kept whenever the process ends, and the next call goes on.
    In the end the table is that of one call. A progress bar and what fails
    come on stderr.

    Arguments
    ---------
    inputs : iterable of (str or Path)
        As `list_recordings` takes them.
    target : str or Path
        A file that ends in .parquet, .npz or .csv; or a folder, for parts in
        Parquet, of which no process ever holds all.
    encoder : str
        As `load_encoder` takes it.
    workers : Workers
    retry : bool
        Whether what failed before is embedded again.
    part_rows : int
        Recordings of a part, see `Parts`.

    Returns
    -------
    embedded : Embedded

    Raises
    ------
    ImportError
        If a package is missing for Parquet, shards or Ray.
    InUseError
        If another process writes this table.
    OSError
        If an input or the encoder is not there, or nothing can be written.
    ValueError
        If an input or the table is broken, or the table another encoder's.

    Example
    -------
    >>> import numpy as np, soundfile
    >>> folder = getfixture("tmp_path")
    >>> soundfile.write(folder / "a.wav", np.random.randn(9000) / 9, 44100)
    >>> embed_catalogue([folder], folder / "songs.npz", "mfcc")
    Embedded(new=1, failed=0)
    >>> embed_catalogue([folder], folder / "songs.npz", "mfcc")
    Embedded(new=0, failed=0)
    """
    check_whole("workers", workers.count, least=0)
    check_whole("part_rows", part_rows, least=1)
    rows = list_recordings(inputs)
    model = load_encoder(encoder, {"device": workers.device})
    about = about_encoder(encoder, model)
    parts = Parts(target, about)
    if retry:
        parts.forget_failures()
    units = parts.lacking(rows, part_rows)
    new, failed = 0, parts.failures()
    with _bar(rows, units) as bar:
        for done in workers.embed(model, about, units):
            for failure in done["failures"]:
                logger.warning("%s (left out)", failure)
            new += done["recordings"] - len(done["failures"])
            failed += len(done["failures"])
            bar.update(done["recordings"])
    parts.finish(rows)
    return Embedded(new, failed)


def _bar(rows, units):
    """Counts recordings; of shards nobody knows how many there are."""
    total = sum(len(unit.rows) for unit in units)
    has_shards = any(shard_of(row["wav"]) for row in rows)
    return tqdm(
        desc="Embedding", total=None if has_shards else total, unit="file"
    )
