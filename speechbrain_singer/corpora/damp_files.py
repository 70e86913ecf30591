"""What the data sets of Smule's DAMP share: tables, keys and m4a files.

A performance's key is `<singer>_<performance>`, and its file is named after it
(kyungyunlee/mono2mixed-singer, vocalMashup/damp_tempo.csv). Columns of DAMP's
table are `perf_key`, `songid` and `plyrid`, those of DAMP-B's
`performance_id`, `song_title`, `singer_account_id`, `singer_gender` and
`Language` (public scripts that read them). Not verified: where DAMP has the
singers' gender; any table of players with such a column is taken.
"""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from speechbrain_singer.corpora.converted import by_ffmpeg, convert_files
from speechbrain_singer.corpora.named import find_named
from speechbrain_singer.dataio.csv_files import read_csv
from speechbrain_singer.dataio.reasons import UNSUPPORTED

# By the names of columns in lower case, whichever data set has them
_COLUMNS = {
    "key": ("perf_key", "performance_id", "performance"),
    "singer": ("plyrid", "singer_account_id", "singer", "player_id"),
    "song": ("songid", "song_title", "song"),
    "sex": ("singer_gender", "plyr_gender", "gender", "sex"),
    "language": ("language",),
}
_TABLE = re.compile(r"perf|plyr|player|singer", re.IGNORECASE)
_KEY = re.compile(r"[0-9]+_[0-9]+")
_NUMBER = re.compile(r"[0-9]+")
_SEXES = {"f": "female", "m": "male"}  # by the first letter
# Two arrangements of one song each, named apart by how they are abbreviated
# (kyungyunlee/mono2mixed-singer, vocalMashup/damp_spotify_tempo.py)
_SAME_SONG = {
    "sittin_on_dock_of_th_bay": "sitting_on_the_dock_of_th_bay",
    "hit_me_wth_your_best_sht": "hit_me_with_your_best_sht",
}


class Performances(NamedTuple):
    """What the tables of a data set say.

    Arguments
    ---------
    labels : dict
        Key of a performance -> `singer`, `song`, and, if a table has them,
        `sex` and `language`, "" where it does not say.
    table : Path or None
        The table of performances; None if there is none.
    """

    labels: dict
    table: Path


def read_performances(data_folder):
    """Reads the tables of performances and of players.

    Arguments
    ---------
    data_folder : str or Path
        With `perfs.csv` or `DAMPBperfs.csv` in it or one folder below.

    Returns
    -------
    performances : Performances

    Raises
    ------
    ValueError
        If a table is no CSV file.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> _ = (folder / "perfs.csv").write_text(
    ...     "perf_key,songid,plyrid\\n360_1,_closing_time,360\\n")
    >>> read_performances(folder).labels
    {'360_1': {'singer': '360', 'song': 'closing_time'}}
    """
    labels, sexes, table = {}, {}, None
    for path in _tables(Path(data_folder)):
        columns, rows = _read_table(path)
        for row in rows:
            if row.get("sex") and row.get("singer"):
                sexes[row["singer"]] = row["sex"]
        if "key" in columns and "song" in columns and table is None:
            table = path
            further = [name for name in ("language",) if name in columns]
            labels = {
                _key_of(row): {"song": row["song"]}
                | {name: row[name] for name in further}
                for row in rows
            }
    return Performances(
        {
            key: {"singer": key.split("_")[0]} | row | _sex(key, sexes)
            for key, row in labels.items()
        },
        table,
    )


def _sex(key, sexes):
    return {"sex": sexes.get(key.split("_")[0], "")} if sexes else {}


def _tables(data_folder):
    # DAMP-B has two folders with a CSV of features for each performance
    found = [*data_folder.glob("*.csv"), *data_folder.glob("*/*.csv")]
    return sorted(
        path
        for path in found
        if _TABLE.search(path.stem) and not path.name.startswith(".")
    )


def _read_table(path):
    """The columns that we know, and the rows by them."""
    known, rows = {}, []
    for _, row in read_csv(path, ()):
        if not known:
            lowered = {name.lower(): name for name in row}
            for ours, theirs in _COLUMNS.items():
                present = [lowered[n] for n in theirs if n in lowered]
                if present:
                    known[ours] = present[0]
        rows.append({our: _tidy(our, row[name]) for our, name in known.items()})
    return set(known), rows


def _tidy(column, text):
    text = text.strip()
    if column == "song":
        text = text.removeprefix("_")
        return _SAME_SONG.get(text, text)
    if column == "sex":
        return _SEXES.get(text[:1].lower(), "")
    return text


def _key_of(row):
    """`360_1`, also where a table has the performance's number alone."""
    key = row["key"]
    return key if _KEY.fullmatch(key) else f"{row.get('singer', '')}_{key}"


def find_performances(data_folder):
    """Finds the file of each performance.

    Arguments
    ---------
    data_folder : str or Path
        `audio/<singer>_<performance>.m4a` as DAMP has it, or
        `audio/<singer>/<performance>.m4a`.

    Returns
    -------
    files : dict
        Key -> path, sorted by the path. Where there are several, one that can
        be read as it is.
    skipped : list of dict
        With `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If there is none.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> for name in ("360_1.m4a", "360_1.flac", "take.wav"):
    ...     (folder / name).touch()
    >>> files, _ = find_performances(folder)
    >>> list(files), files["360_1"].endswith("360_1.flac")
    (['360_1'], True)
    """
    named, skipped = find_named(
        *(data_folder, _key_of_file, "DAMP"),
        "unpack the archive of https://ccrma.stanford.edu/damp/ there",
    )
    files = {}
    # Sorting is stable: what libsndfile reads comes first
    for row in sorted(named, key=lambda row: _needs_conversion(row["path"])):
        path = row["path"]
        first = files.setdefault(row["key"], path)
        # An m4a beside a wav is what that was made of
        alike = _needs_conversion(first) == _needs_conversion(path)
        if first != path and alike:
            reason = f"a copy: of {first}"
            skipped.append({"path": path, "reason": reason})
    return dict(sorted(files.items(), key=lambda item: item[1])), skipped


def _needs_conversion(path):
    return Path(path).suffix.lower() in UNSUPPORTED


def _key_of_file(path):
    if _KEY.fullmatch(path.stem):
        return {"key": path.stem}
    if _NUMBER.fullmatch(path.stem) and _NUMBER.fullmatch(path.parent.name):
        return {"key": f"{path.parent.name}_{path.stem}"}
    return None


def readable(recordings, data_folder):
    """Converts m4a files once, and lists what came of them.

    Arguments
    ---------
    recordings : list of dict
        With `path`.
    data_folder : str or Path

    Returns
    -------
    recordings : list of dict
        With the path of a file that can be read.
    skipped : list of dict
        With `path` and `reason`: what cannot be converted.
    """
    paths = [row["path"] for row in recordings]
    waiting = list(filter(_needs_conversion, paths))
    targets, skipped = convert_files(waiting, data_folder, by_ffmpeg)
    failed = {row["path"] for row in skipped}
    rows = [
        row | {"path": str(targets.get(row["path"], row["path"]))}
        for row in recordings
        if row["path"] not in failed
    ]
    return rows, skipped


def draw_singers(sexes, count, seed):
    """Draws singers, half of them women and half men where it is known.

    Arguments
    ---------
    sexes : dict
        Singer -> `female`, `male` or "".
    count : int
    seed : int

    Returns
    -------
    singers : set of str
        All of them if there are no more than `count`. What is lacking of one
        sex is made up from the others.

    Example
    -------
    >>> sexes = {"1": "female", "2": "male", "3": "male", "4": "female"}
    >>> sorted(sexes[name] for name in draw_singers(sexes, 2, seed=0))
    ['female', 'male']
    """
    order = np.random.default_rng(seed).permutation(sorted(sexes)).tolist()
    half = count // 2
    women = [name for name in order if sexes[name] == "female"][:half]
    men = [name for name in order if sexes[name] == "male"][: count - half]
    chosen = women + men
    others = [name for name in order if name not in set(chosen)]
    return set(chosen + others[: max(0, count - len(chosen))])
