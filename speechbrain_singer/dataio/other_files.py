"""The same stretches of recordings, in other files, such as their mixtures."""

from functools import partial
from itertools import groupby
from multiprocessing.pool import ThreadPool

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.audio import AudioError, open_audio
from speechbrain_singer.dataio.clip_levels import THREADS
from speechbrain_singer.dataio.manifest import check_columns

logger = get_logger(__name__)


def rows_of_column(rows, column, shorten=False):
    """Recordings or clips, as another column of the manifest has them.

    Arguments
    ---------
    rows : list of dict
        Of a manifest, or clips of them: those of a file beside each other.
    column : str
        With files of the same recordings, such as `mixture`; `wav` for the
        rows as they are.
    shorten : bool
        Whether what ends after its file does is cut short, as whole recordings
        may be, and not left out, as clips of one length have to be.

    Returns
    -------
    rows : list of dict
        Those that have such a file; warnings name the files of the others.
    others : list of dict
        Copies of them whose `wav` is that file, and `start`, `stop` and
        `sample_rate` the same stretch of time in it.

    Raises
    ------
    ValueError
        If there is no such column, or nothing is left.

    Example
    -------
    >>> import numpy as np, soundfile
    >>> path = str(getfixture("tmp_path") / "mixture.wav")
    >>> soundfile.write(path, np.zeros(48000), 48000)
    >>> row = {"ID": "a", "wav": "a.wav", "mixture": path, "start": 8000}
    >>> rows = [row | {"stop": 16000, "sample_rate": 16000}]
    >>> _, mixtures = rows_of_column(rows, "mixture")
    >>> mixtures[0]["start"], mixtures[0]["stop"]
    (24000, 48000)
    """
    if column == "wav":
        return rows, rows
    check_columns(rows, [column])
    lacking = [row["ID"] for row in rows if not row[column]]
    if lacking:
        logger.warning(
            "%d of %d have no %s and are left out, the first is %s",
            *(len(lacking), len(rows), column, lacking[0]),
        )
    named = (row for row in rows if row[column])
    files = [
        (path, list(own)) for path, own in groupby(named, lambda r: r[column])
    ]
    with ThreadPool(THREADS) as pool:
        found = pool.starmap(partial(_of_file, shorten=shorten), files)
    pairs = [pair for own in found for pair in own]
    if not pairs:
        raise ValueError(
            f"no {column} of {len(rows)} can be heard: see the warnings, or "
            "choose another column"
        )
    return [row for row, _ in pairs], [other for _, other in pairs]


def _of_file(path, rows, shorten):
    """(row, the same of the file) of those that the file holds."""
    try:
        with open_audio(path) as file:
            frames, rate = file.frames, file.samplerate
    except AudioError as error:
        logger.warning("%s: what is of it is left out", error)
        return []
    pairs = [(row, _moved(row, path, rate)) for row in rows]
    if shorten:
        for _, other in pairs:
            other["stop"] = min(other["stop"], frames)
    inside = [
        (row, other)
        for row, other in pairs
        if other["start"] < other["stop"] <= frames
    ]
    if len(inside) < len(pairs):
        logger.warning(
            "%s is shorter than %s: %d of %d stretches of it are left out",
            *(path, rows[0]["wav"], len(pairs) - len(inside), len(pairs)),
        )
    return inside


def _moved(row, path, rate):
    place = {
        name: round(row[name] * rate / row["sample_rate"])
        for name in ("start", "stop")
    }
    return {**row, **place, "wav": path, "sample_rate": rate}
