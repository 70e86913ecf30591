"""The table of what was separated: a corpus of vocals with their labels."""

from collections import Counter
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.csv_files import write_csv
from speechbrain_singer.dataio.streams import name_of

logger = get_logger(__name__)

TABLE = "separated.csv"
COLUMNS = (
    *("ID", "path", "accompaniment", "mixture", "seconds", "vocals_db"),
    *("sung", "gain_db", "reason"),
)
_SHOWN = 3  # reasons in a message


def write_table(folder, rows):
    """Writes `separated.csv`, and says how many are in it.

    Arguments
    ---------
    folder : str or Path
    rows : list of dict
        As `separate_files` returns them.

    Returns
    -------
    path : Path

    Raises
    ------
    ValueError
        If nothing was separated; the table is there all the same.

    Example
    -------
    >>> rows = [{"ID": "a.mp3", "path": "vocals/a.mp3.flac", "singer": "Ann"}]
    >>> path = write_table(getfixture("tmp_path"), rows)
    >>> path.read_text().splitlines()[0]
    'ID,path,accompaniment,mixture,seconds,vocals_db,sung,gain_db,reason,singer'
    """
    path = Path(folder, TABLE)
    texts = [{name: _text(row[name]) for name in row} for row in rows]
    write_csv(path, COLUMNS, texts)
    failed = [row for row in rows if "reason" in row]
    if failed:
        _tell(path, failed, len(rows))
    gains = [row["gain_db"] for row in rows if row.get("gain_db", 0) < 0]
    if gains:
        logger.warning(
            "%s: %d would be clipped, so both of their stems are softer, by "
            "%.2f dB at most: see gain_db",
            *(path, len(gains), -min(gains)),
        )
    logger.info("%s: %d separated", path, len(rows) - len(failed))
    return path


def _text(value):
    # What is not UTF-8 could not be written
    return name_of(value) if isinstance(value, str) else value


def _tell(path, failed, count):
    if len(failed) == count:
        examples = "".join(
            f"\n  {name_of(row['mixture'])}: {row['reason']}"
            for row in failed[:_SHOWN]
        )
        raise ValueError(
            f"none of {count} mixtures could be separated; all are listed in "
            f"{path}, the first:{examples}"
        )
    reasons = Counter(row["reason"].split(":")[0] for row in failed)
    counted = ", ".join(
        f"{number} {reason}" for reason, number in reasons.most_common(_SHOWN)
    )
    logger.warning(
        "%d of %d mixtures are left out: %s; listed in %s",
        *(len(failed), count, counted, path),
    )
