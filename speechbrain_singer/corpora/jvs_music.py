"""JVS-MuSiC: 100 Japanese singers, one song of all and one of each.

Tamaru, Takamichi, Tanji and Saruwatari, "JVS-MuSiC: Japanese multispeaker
singing-voice corpus", arXiv 2001.07044, 2020. jvs_music_ver1.zip, with
the terms in its README.txt, is on
https://sites.google.com/site/shinnosuketakamichi/research-topics/jvs_music.
The layout and the columns of singer_info.txt are those of public scripts and
audits of the archive.
"""

import re
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.lines import read_lines
from speechbrain_singer.corpora.named import find_named

logger = get_logger(__name__)

SINGERS = [f"jvs{number:03d}" for number in range(1, 101)]
SEXES = {"f": "female", "m": "male"}
COMMON_SONG = "katatsumuri"
# How many songs of a singer there are of each
VERSIONS = {"raw": 2, "modified": 1, "modified_grouped": 1}
TABLE = "singer_info.txt"
REMEDY = (
    "unpack jvs_music_ver1.zip there, so that it holds "
    "jvs001/song_common/wav/raw.wav"
)


def list_recordings(data_folder, versions=("raw",)):
    """Lists the songs of JVS-MuSiC.

    They lie in `jvs001/song_common/wav` and `jvs001/song_unique/wav`. All sing
    the common song.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked.
    versions : sequence of str
        Which are listed: `raw`, and of the common song `modified` and
        `modified_grouped`, whose keys and tempos were made alike.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer`, `sex` ("" if singer_info.txt does not say),
        `song` (its title) and `version`; or, of what cannot be used, `path`
        and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is of JVS-MuSiC.
    ValueError
        If there is no such version, or singer_info.txt is no text in UTF-8.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "jvs002" / "song_unique" / "wav").mkdir(parents=True)
    >>> (folder / "jvs002" / "song_unique" / "wav" / "raw.wav").touch()
    >>> line = "jvs002 f high 92 7 momiji"
    >>> _ = (folder / "singer_info.txt").write_text(line)
    >>> recording, = list_recordings(folder)
    >>> recording["singer"], recording["sex"], recording["song"]
    ('jvs002', 'female', 'momiji')
    """
    unknown = [name for name in versions if name not in VERSIONS]
    if unknown or isinstance(versions, str):
        raise ValueError(
            f"versions: {versions!r}: must be a list of {', '.join(VERSIONS)}"
        )

    def labels_of(path):
        labels = _labels(path)
        if labels and labels["version"] not in versions:
            return f"of the version {labels['version']}"
        return labels

    found, skipped = find_named(data_folder, labels_of, "JVS-MuSiC", REMEDY)
    count = len(SINGERS) * sum(VERSIONS[name] for name in set(versions))
    report_missing(data_folder, found, SINGERS, count)
    _add_table(data_folder, found)
    return found + skipped


def _labels(path):
    if len(path.parts) < 5 or path.stem not in VERSIONS:
        return None
    singer, song, folder = path.parts[-4:-1]
    if not re.fullmatch(r"jvs\d{3}", singer) or folder != "wav":
        return None
    if song not in ("song_common", "song_unique"):
        return None
    # Until the table says what it is
    title = COMMON_SONG if song == "song_common" else f"{singer}_unique"
    return {"singer": singer, "song": title, "version": path.stem}


def _add_table(data_folder, recordings):
    """Adds the sexes, and the titles of the unique songs."""
    people = {}
    for folder in sorted({Path(row["path"]).parents[3] for row in recordings}):
        if (folder / TABLE).is_file():
            people |= _read_table(folder / TABLE)
    for row in recordings:
        row["sex"], title = people.get(row["singer"], ("", row["song"]))
        if row["song"] != COMMON_SONG:
            row["song"] = title
    unknown = sorted({row["singer"] for row in recordings if not row["sex"]})
    if unknown:
        logger.warning(
            "%s: %s says nothing of %d singers, such as %s: their sexes and "
            "the titles of their songs are not known",
            *(data_folder, TABLE, len(unknown), unknown[0]),
        )


def _read_table(path):
    """Singer -> (sex, title of the unique song)."""
    people = {}
    for line in read_lines(path):
        singer, *columns = line.split(maxsplit=5)
        # singer gender key_group tempo key_singer unique_song_name
        if len(columns) == 5 and columns[0] in SEXES:
            people[singer] = SEXES[columns[0]], columns[-1]
    return people
