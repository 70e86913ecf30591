"""Recordings of vocals, mixed with the band of the embedded corpus."""

from pathlib import Path

import soundfile
import torch
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.checks import check_number
from speechbrain_singer.corpora.csv_table import RESERVED
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.csv_files import write_csv
from speechbrain_singer.dataio.files import atomic_path
from speechbrain_singer.dataio.manifest import PATHS
from speechbrain_singer.inference.reader import BlockReader
from speechbrain_singer.synthesis import SAMPLE_RATE
from speechbrain_singer.synthesis.backing import play
from speechbrain_singer.synthesis.mixture import mix

logger = get_logger(__name__)

TABLE = "recordings.csv"
COLUMNS = ("path", "mixture", "accompaniment")
STEMS = ("vocals", "mixture", "accompaniment")  # folders, as the columns


def add_band(rows, folder, balance, seed=1234, progressbar=True):
    """Writes vocals, a band and both together, and the table of them.

    Each recording has a band and a song of its own, so that a band tells
    nothing of who sings. Neither key nor tempo are the singer's. The files are
    `vocals/<ID>.flac`, `accompaniment/<ID>.flac` and `mixture/<ID>.flac`, mono
    at 44.1 kHz, of which the first two add up to the third. The table is
    `recordings.csv`, a corpus of the kind `csv`, with all labels.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest. Those that cannot be read are left out, of which a
        warning tells.
    folder : str or Path
        What is there is written anew.
    balance : float
        dB of the voice above the band, both over the whole recording.
    seed : int
    progressbar : bool

    Returns
    -------
    path : Path
        That of the table.

    Raises
    ------
    AudioError
        If no recording can be read.
    OSError
        If the files cannot be written.
    ValueError
        If the balance cannot be.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> soundfile.write(folder / "a.wav", torch.rand(8000).numpy(), 16000)
    >>> row = {"ID": "a.wav", "wav": str(folder / "a.wav"), "singer": "Ann"}
    >>> path = add_band([row], folder, balance=5.0, progressbar=False)
    >>> path.read_text().splitlines()[1]
    'vocals/a.wav.flac,mixture/a.wav.flac,accompaniment/a.wav.flac,Ann'
    """
    check_number("balance in dB", balance, least=-60, most=60)
    reader, written = BlockReader(SAMPLE_RATE), []
    bar = tqdm(rows, "Mixing", unit="file", disable=not progressbar)
    for index, row in enumerate(bar):
        stretch = row.get("start"), row.get("stop")
        try:
            voice = torch.cat(list(reader.from_file(row["wav"], *stretch)))
        except AudioError as error:
            logger.warning("%s (left out)", error)
            continue
        band = play(seed, index, len(voice) / SAMPLE_RATE)
        stems = mix(voice[: len(band)], band, balance)
        written.append(_write(stems, Path(folder), row))
    if not written:
        raise AudioError(f"none of {len(rows)} recordings can be read")
    path = Path(folder, TABLE)
    write_csv(path, COLUMNS, written)
    logger.info("%s: %d recordings with a band", path, len(written))
    return path


def _write(stems, folder, row):
    """Writes the three files of a recording; returns its row of the table."""
    paths = {stem: f"{stem}/{row['ID']}.flac" for stem in STEMS}
    for stem, path in paths.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(folder / path) as part:
            samples = getattr(stems, stem)
            soundfile.write(part, samples, SAMPLE_RATE, format="FLAC")
    own = {*RESERVED, *PATHS}
    labels = {name: row[name] for name in row if name not in own}
    return labels | dict(zip(COLUMNS, paths.values(), strict=True))
