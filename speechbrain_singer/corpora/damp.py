"""DAMP: 34,620 karaoke performances of 3,462 singers, ten of each.

Smule's Digital Archive of Mobile Performances, Sing! Karaoke,
https://ccrma.stanford.edu/damp/, given on request for research: it may neither
be redistributed nor used commercially. The layout was read in the code of Lee
and Nam, ISMIR 2019 (kyungyunlee/mono2mixed-singer: `sing/audio/<key>.m4a`,
`perfs.csv`), whose lists of singers can be the split; that of DAMP-B, of MIREX
(6,903 of them), in scripts for lyrics alignment.
"""

from collections import Counter
from pathlib import Path

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.corpora.damp_files import (
    draw_singers,
    find_performances,
    read_performances,
    readable,
)
from speechbrain_singer.corpora.expected import report_missing

logger = get_logger(__name__)

RECORDINGS = 34_620
RECORDINGS_B = 6_903
# Of mono2mixed-singer: 1,000 singers to train on, 300 unseen ones
LISTS = {"train": "artist_1000.npy", "test": "unseen_artist_300_2.npy"}


def list_recordings(data_folder, singer_lists=None, singers=None, seed=0):
    """Lists the performances of DAMP, or of DAMP-B.

    A file is named `<singer>_<performance>`, or so in two levels. An m4a is
    converted once, by ffmpeg; a wav or flac of the same name is taken as it
    is. The song, and the singer's sex if a table has it, are read from the
    tables beside. What is named otherwise is left out with a warning, and so
    is who is on no list or is not drawn.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked.
    singer_lists : str or Path, optional
        The folder `data` of mono2mixed-singer: 1,000 singers train and 300
        others test; the rest is left out.
    singers : int, optional
        So many are drawn, half of them women and half men where it is known.
        The published identification has 46, whose names are not known.
    seed : int
        Of the draw.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer`, `song` ("" if no table has it), `sex` if a table
        has it, `split` with `singer_lists`; or, of what cannot be used, `path`
        and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is a performance, or a list is missing, or
        ffmpeg is needed and missing.
    ValueError
        If a table or a list is broken, or nobody on the lists is here.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> _ = (folder / "perfs.csv").write_text(
    ...     "perf_key,songid\\n360_26934219,_closing_time\\n")
    >>> (folder / "360_26934219.wav").touch()
    >>> recording, = list_recordings(folder)
    >>> recording["singer"], recording["song"]
    ('360', 'closing_time')
    """
    parts = None if singer_lists is None else read_singer_lists(singer_lists)
    files, skipped = find_performances(data_folder)
    performances = read_performances(data_folder)
    rows = _label(files, performances)
    _report(data_folder, rows, performances.table)
    if parts is not None:
        rows = _of_lists(rows, parts, singer_lists)
    if singers is not None:
        rows = _drawn(rows, singers, seed)
    rows, failed = readable(rows, data_folder)
    return rows + failed + skipped


def read_singer_lists(folder):
    """Reads who trains and who is unseen in mono2mixed-singer.

    Arguments
    ---------
    folder : str or Path
        With the files of `LISTS`.

    Returns
    -------
    parts : dict
        Singer -> `train` or `test`.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> for name, singer in zip(LISTS.values(), ("360", "361")):
    ...     np.save(folder / name, np.array([singer]))
    >>> read_singer_lists(folder)
    {'360': 'train', '361': 'test'}
    """
    parts = {}
    for part, name in LISTS.items():
        path = Path(folder, name)
        if not path.is_file():
            raise FileNotFoundError(
                f"{path}: no such list of singers; it stands in data/ of "
                "https://github.com/kyungyunlee/mono2mixed-singer"
            )
        try:
            singers = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise ValueError(f"{path}: no list of singers: {error}") from None
        for singer in map(str, singers.ravel()):
            if parts.setdefault(singer, part) != part:
                raise ValueError(
                    f"{path}: the singer {singer} trains too: take the lists "
                    "as they were published"
                )
    return parts


def _label(files, performances):
    columns = {name for row in performances.labels.values() for name in row}
    unknown = dict.fromkeys(sorted(columns | {"song"}), "")
    rows = []
    for key, path in files.items():
        labels = unknown | performances.labels.get(key, {})
        labels["singer"] = key.split("_")[0]
        rows.append({"path": path, **labels})
    return rows


def _report(data_folder, rows, table):
    """Says what is unknown and what is missing."""
    unknown = sum(not row["song"] for row in rows)
    if unknown:
        logger.warning(
            "%s: what is sung in %d of %d recordings is not known: %s",
            *(data_folder, unknown, len(rows)),
            f"{table} does not have them" if table else "there is no perfs.csv",
        )
    is_b = table is not None and table.stem.lower().startswith("dampb")
    count = RECORDINGS_B if is_b else RECORDINGS
    report_missing(data_folder, rows, count=count)


def _of_lists(rows, parts, singer_lists):
    listed = [
        row | {"split": parts[row["singer"]]}
        for row in rows
        if row["singer"] in parts
    ]
    if not listed:
        raise ValueError(
            f"{singer_lists}: none of its {len(parts)} singers is here"
        )
    if len(listed) < len(rows):
        logger.warning(
            "%s: %d recordings of singers who are not on it left out",
            *(singer_lists, len(rows) - len(listed)),
        )
    absent = Counter(parts.values()) - Counter(
        {row["singer"]: row["split"] for row in listed}.values()
    )
    if absent:
        logger.warning(
            "%s: not here: %s",
            singer_lists,
            ", ".join(f"{n} {part} singers" for part, n in absent.items()),
        )
    return listed


def _drawn(rows, count, seed):
    check_whole("singers", count, least=1)
    check_whole("seed", seed, least=0)
    sexes = {row["singer"]: row.get("sex", "") for row in rows}
    if count > len(sexes):
        raise ValueError(
            f"singers is {count}, but there are {len(sexes)}: take fewer"
        )
    chosen = draw_singers(sexes, count, seed)
    logger.info("%d of %d singers are drawn", count, len(sexes))
    return [row for row in rows if row["singer"] in chosen]
