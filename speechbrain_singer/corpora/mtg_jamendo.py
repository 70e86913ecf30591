"""MTG-Jamendo: 55,701 whole tracks from Jamendo, with tags.

Bogdanov, Won, Tovstogan, Porter and Serra, "The MTG-Jamendo Dataset for
Automatic Music Tagging", ICML 2019 workshop. How it lies was read in README,
`scripts/commons.py` and `scripts/download/download.py` of
https://github.com/MTG/mtg-jamendo-dataset; metadata CC BY-NC-SA 4.0, each track
under the Creative Commons licence that its artist chose.

An artist may be a band. In data/raw.meta.tsv quotation marks are letters, and
some lines have an empty field too many behind the title.
"""

import os
import re
from pathlib import Path

from speechbrain_singer.corpora.deezer_splits import label_tracks, read_splits
from speechbrain_singer.corpora.track_files import (
    find_table,
    find_tracks,
    track_recordings,
)
from speechbrain_singer.dataio.csv_files import line_not_utf8

# The first is what autotagging.tsv is a link to, and on some systems a text
# that names it
NAMES = (
    "raw_30s_cleantags_50artists.tsv",
    "autotagging.tsv",
    "raw_30s_cleantags.tsv",
    "raw_30s.tsv",
)
LARGEST = (NAMES[3], NAMES[2], *NAMES[:2])
FOLDERS = ("data", ".", "mtg-jamendo-dataset/data", "../data")
TITLES = "raw.meta.tsv"
SOURCE = (
    "clone https://github.com/MTG/mtg-jamendo-dataset there, and let its "
    "scripts/download/download.py unpack the audio there or below"
)
HEADERS = ["TRACK_ID", "ARTIST_ID", "ALBUM_ID", "PATH", "DURATION", "TAGS"]
TITLE_HEADERS = (
    "TRACK_ID ARTIST_ID ALBUM_ID TRACK_NAME ARTIST_NAME ALBUM_NAME"
).split()


def list_recordings(data_folder, splits=None, vocals_folder=None):
    """Lists the tracks of MTG-Jamendo.

    Arguments
    ---------
    data_folder : str or Path
        With the authors' `data/autotagging.tsv` (or one of the larger tables
        it is made of) and `data/raw.meta.tsv`, and somewhere the audio:
        `14/214.mp3`, or `14/214.low.mp3` of the small download, which is taken
        where the other is missing. The ending of the audio is free.
    splits : str, optional
        Deezer's splits for singer identification, relative to the data folder:
        see `read_splits`. Only what stands there is listed, with the singer
        and the part that it has there.
    vocals_folder : str, optional
        Separated vocals, relative to the data folder: see `with_vocals`.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (the artist, as `artist_000014`), `artist` (the
        name, "" without the table of titles), `song` (the title, or the track
        as `track_0000214`), `album`, `tags` (between semicolons) and, of
        Deezer's splits, `split`; or, of what cannot be used, `path` and
        `reason`.

    Raises
    ------
    FileNotFoundError
        If the table is missing, or no file is a track of it.
    ValueError
        If the table is not MTG-Jamendo's.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "14").mkdir()
    >>> (folder / "14" / "214.mp3").touch()
    >>> head = "TRACK_ID\\tARTIST_ID\\tALBUM_ID\\tPATH\\tDURATION\\tTAGS\\n"
    >>> row = "track_0000214\\tartist_000014\\talbum_000031\\t14/214.mp3"
    >>> row += "\\t124.6\\tgenre---punkrock\\tinstrument---voice\\n"
    >>> _ = (folder / "autotagging.tsv").write_text(head + row)
    >>> recording, = list_recordings(folder)
    >>> recording["singer"], recording["tags"]
    ('artist_000014', 'genre---punkrock;instrument---voice')
    """
    table = find_table(data_folder, _tables(splits), SOURCE)
    tracks = _read_tracks(table)
    files, skipped = find_tracks(
        *(data_folder, _track_of, tracks, SOURCE),
        rank=_is_low,
        stems=vocals_folder,
    )
    count = len(tracks)
    if splits is not None:
        labels = read_splits(data_folder, splits, "mtg")
        files, count = label_tracks(files, tracks, labels), len(labels)
    listed = track_recordings(files, tracks, data_folder, vocals_folder, count)
    return listed + skipped


def _read_tracks(path):
    """ID -> labels of each track; several fields of a line are tags."""
    titles = _read_titles(path.with_name(TITLES))
    tracks = {}
    for line, fields in _lines(path, HEADERS):
        if len(fields) < len(HEADERS) - 1:
            raise ValueError(f"{path}, line {line}: {fields}: no track")
        name, artist, album, file, _, *tags = fields
        title, artist_name = titles.get(name, ("", ""))
        tracks[_number(file)] = {
            "singer": artist,
            "artist": artist_name,
            "song": title or name,
            "album": album,
            "tags": ";".join(tags),
        }
    return tracks


def _read_titles(path):
    """Track -> its title and the artist's name; nothing without the table."""
    titles = {}
    if path.is_file():
        for _, fields in _lines(path, TITLE_HEADERS):
            if len(fields) > len(TITLE_HEADERS) + 2 and not fields[4]:
                del fields[4]
            if len(fields) > 4:
                titles[fields[0]] = fields[3], fields[4]
    return titles


def _lines(path, headers):
    """The lines of a table below its headers: their numbers and fields."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise ValueError(
            f"{path}, line {line_not_utf8(path)}: not text in UTF-8: {SOURCE}"
        ) from None
    if lines[0].rstrip("\r").split("\t")[: len(headers)] != headers:
        raise ValueError(
            f"{path}, line 1: {lines[0][:80]!r}, not {' '.join(headers)}: "
            f"{SOURCE}"
        )
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            yield number, line.rstrip("\r").split("\t")


def _number(file):
    """The number in a file's name, as 214 in 14/214.mp3."""
    return Path(file).stem.removesuffix(".low")


def _is_low(path):
    return path.stem.endswith(".low")


def _track_of(path):
    """The number that a file is named after, as 14/214.mp3.

    The folder has its last two digits.
    """
    number = _number(path)
    is_number = re.fullmatch("[0-9]+", number)
    if is_number and path.parts[-2] == number[-2:].rjust(2, "0"):
        return number
    return None


def _tables(splits):
    """Where the table may be; splits name tracks of the larger ones too."""
    names = NAMES if splits is None else sorted(NAMES, key=LARGEST.index)
    return [os.path.join(folder, name) for name in names for folder in FOLDERS]
