"""FMA: 106,574 tracks of the Free Music Archive by 16,341 artists.

Defferrard, Benzi, Vandergheynst and Bresson, "FMA: A Dataset For Music
Analysis", ISMIR 2017. https://github.com/mdeff/fma, whose README and `usage`
notebook say how it lies; metadata CC BY 4.0, each track under the licence that
its artist chose. Not verified: that no text of the table is longer than Python
reads by itself, so longer ones are read; that an album of -1 is none.

An artist may be a band. Some 30 s clips of the smaller archives are shorter or
empty (https://github.com/mdeff/fma/wiki lists them, such as 098565 and
133297); they are probed as all others are, and skipped.
"""

import csv
import re
from contextlib import contextmanager

from speechbrain_singer.corpora.deezer_splits import label_tracks, read_splits
from speechbrain_singer.corpora.parts import part_of
from speechbrain_singer.corpora.track_files import (
    find_table,
    find_tracks,
    track_recordings,
)

TABLES = (
    "fma_metadata/tracks.csv",
    "tracks.csv",
    "../fma_metadata/tracks.csv",
)
SOURCE = (
    "unpack fma_metadata.zip and one of fma_full.zip, fma_large.zip, "
    "fma_medium.zip and fma_small.zip of https://github.com/mdeff/fma there"
)
# Archive -> which of the subsets in the table it has; the fullest first
ARCHIVES = {
    "fma_full": ("small", "medium", "large", "full"),
    "fma_large": ("small", "medium", "large", "full"),
    "fma_medium": ("small", "medium"),
    "fma_small": ("small",),
}
RANKS = {name: rank for rank, name in enumerate(ARCHIVES)}
# Ours -> the two headers, one above the other
COLUMNS = {
    "singer": ("artist", "id"),
    "artist": ("artist", "name"),
    "song": ("track", "title"),
    "album": ("album", "id"),
    "genre": ("track", "genre_top"),
    "split": ("set", "split"),
    "subset": ("set", "subset"),
}
NO_ALBUM = ("-1", "")
LONGEST_FIELD = 2**24


def list_recordings(data_folder, splits=None, vocals_folder=None):
    """Lists the tracks of FMA.

    A track that is there several times, as a whole and as a clip, is taken
    from the fullest archive.

    Arguments
    ---------
    data_folder : str or Path
        With `fma_metadata/tracks.csv` and `fma_full/000/000002.mp3`, or one of
        the smaller archives; the ending of the audio is free.
    splits : str, optional
        Deezer's splits for singer identification, relative to the data folder:
        see `read_splits`. Only what stands there is listed, with the singer
        and the part that it has there.
    vocals_folder : str, optional
        Separated vocals, relative to the data folder: see `with_vocals`.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (the artist's number), `artist` (the name), `song`
        (the title), `album` (its number; a track without is its own), `genre`,
        `split` (the authors', in which an artist is in one part only) and
        `subset`; or, of what cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If the table is missing, or no file is a track of it.
    ValueError
        If the table is not FMA's.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "fma_small" / "000").mkdir(parents=True)
    >>> (folder / "fma_small" / "000" / "000002.mp3").touch()
    >>> heads = ",artist,artist,track,album,set,set,track\\n"
    >>> heads += ",id,name,title,id,split,subset,genre_top\\n"
    >>> row = "track_id,,,,,,,\\n2,1,AWOL,Food,1,training,small,Hip-Hop\\n"
    >>> _ = (folder / "tracks.csv").write_text(heads + row)
    >>> recording, = list_recordings(folder)
    >>> recording["singer"], recording["song"], recording["split"]
    ('1', 'Food', 'train')
    """
    tracks = _read_tracks(find_table(data_folder, TABLES, SOURCE))
    files, skipped = find_tracks(
        *(data_folder, _track_of, tracks, SOURCE),
        rank=_rank,
        stems=vocals_folder,
    )
    if splits is None:
        count = _expected(files, tracks)
    else:
        labels = read_splits(data_folder, splits, "fma")
        files, count = label_tracks(files, tracks, labels), len(labels)
    listed = track_recordings(files, tracks, data_folder, vocals_folder, count)
    return listed + skipped


def _read_tracks(path):
    """ID -> labels of each track; the table has two lines of headers."""
    tracks = {}
    with _long_fields(), open(path, encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        above, below = next(reader, []), next(reader, [])
        headers = list(zip(above, below, strict=False))
        missing = [c for c in COLUMNS.values() if c not in headers]
        if missing:
            raise ValueError(
                f"{path}, line 1: no column {'/'.join(missing[0])}, one header "
                f"above the other: {SOURCE}"
            )
        places = {ours: headers.index(c) for ours, c in COLUMNS.items()}
        for fields in reader:
            if not fields or not fields[0].isdecimal():
                continue  # the third line, which names the index
            if len(fields) != len(headers):
                raise ValueError(
                    f"{path}, line {reader.line_num}: {len(fields)} fields, "
                    f"but there are {len(headers)} columns: {SOURCE}"
                )
            labels = {ours: fields[place] for ours, place in places.items()}
            tracks[fields[0]] = _completed(labels, fields[0])
    return tracks


def _completed(labels, track):
    labels["song"] = labels["song"] or f"track {track}"
    labels["split"] = part_of(labels["split"])
    if labels["album"] in NO_ALBUM:
        labels["album"] = f"track {track}"
    return labels


@contextmanager
def _long_fields():
    """Lets Python read biographies of any length."""
    former = csv.field_size_limit(LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(former)


def _track_of(path):
    """The ID that a file is named after, as 123456.mp3 in a folder 123."""
    name = path.stem
    if re.fullmatch(r"[0-9]{6}", name) and path.parts[-2] == name[:3]:
        return str(int(name))
    return None


def _archive_of(path):
    return path.parts[-3].lower()


def _rank(path):
    return RANKS.get(_archive_of(path), len(RANKS))


def _expected(files, tracks):
    """How many tracks the archives hold that are there; None if unknown."""
    archives = {_archive_of(path) for path in files.values()}
    known = [name for name in ARCHIVES if name in archives]
    if not known:
        return None
    subsets = ARCHIVES[known[0]]
    return sum(labels["subset"] in subsets for labels in tracks.values())
