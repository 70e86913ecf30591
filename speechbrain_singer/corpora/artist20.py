"""Artist20: 1,413 songs of 20 artists, six albums of each.

Ellis, "Classifying Music Audio with Timbral and Chroma Features", ISMIR 2007;
artist20-mp3s-32k.tgz of https://labrosa.ee.columbia.edu/projects/artistid/, 32
kbps mono; commercial recordings, for research. The layout was read on that
page, in programs that read the archive (`mp3s-32k/<artist>/<album>/
<number>-<title>.mp3`), and, for separated vocals, in Yamamoto's (yamathcy/
ssl_singerid: `*vocal.wav` beside) and Hsieh's (bill317996/
Singer-identification-in-artist20: a tree of its own with the same names).
"""

import os
import re
from functools import partial
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.named import find_named

logger = get_logger(__name__)

ARTISTS = (
    "aerosmith beatles creedence_clearwater_revival cure dave_matthews_band "
    "depeche_mode fleetwood_mac garth_brooks green_day led_zeppelin madonna "
    "metallica prince queen radiohead roxette steely_dan suzanne_vega "
    "tori_amos u2"
).split()
RECORDINGS = 1413
# By the names of the six albums, sorted (Yamamoto, APSIPA 2023)
SPLIT = ("train", "train", "train", "train", "valid", "test")
_TRACK = re.compile(r"([0-9]+)-(?P<title>.+)")
# In lower case only: titles have capital letters. The first that fits counts
_STEMS = {
    "accompaniment": r"(no_?vocals?|accompaniment|instrumental)",
    "vocals": r"vocals?",
}


def list_recordings(data_folder, mixtures=False):
    """Lists the songs of Artist20: their separated vocals, if there are any.

    Vocals are named `<song>_vocal.wav` and lie beside the song, or as the song
    and lie in a tree with `vocal` in its name. What lies in no folder of one of
    the artists is left out with a warning, and so are songs without vocals
    where others have them.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked.
    mixtures : bool
        True: the songs themselves, even if there are vocals.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (the artist), `album`, `song` (the title),
        `split`, and `fold`, an album of each artist: fold 0 is tested in the
        split, and fold 1 validates. Of vocals `mixture` and `accompaniment`
        too, if there are any. Or, of what cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is of Artist20.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "queen" / "Jazz").mkdir(parents=True)
    >>> (folder / "queen" / "Jazz" / "10-Fun_It.mp3").touch()
    >>> recording, = list_recordings(folder)
    >>> recording["singer"], recording["album"], recording["song"]
    ('queen', 'Jazz', 'Fun_It')
    """
    root = os.path.abspath(data_folder)
    files, skipped = find_named(
        *(data_folder, partial(_parse, root=root), "Artist20"),
        "unpack artist20-mp3s-32k.tgz of "
        "https://labrosa.ee.columbia.edu/projects/artistid/ there",
    )
    songs = {"mixture": {}, "vocals": {}, "accompaniment": {}}
    copies = []
    for file in files:
        first = songs[file["kind"]].setdefault(file["id"], file["path"])
        if first != file["path"]:
            copies.append(file["path"])
    with_vocals = bool(songs["vocals"]) and not mixtures
    listed = songs["vocals" if with_vocals else "mixture"]
    if not listed:
        raise FileNotFoundError(
            f"{data_folder}: {len(files)} files of Artist20, and none of them "
            f"is {'a song itself' if mixtures else 'a song or its vocals'}"
        )
    lacking = songs["mixture"].keys() - listed.keys()
    without = sorted(songs["mixture"][song] for song in lacking)
    _report(data_folder, copies, "copies of a song")
    _report(data_folder, without, "songs without separated vocals")
    recordings = _label(listed, songs, with_vocals)
    report_missing(data_folder, recordings, ARTISTS, RECORDINGS)
    return recordings + skipped


def _parse(path, root):
    """What a file is, None if it is not of this data set."""
    artist, album = path.parent.parent.name, path.parent.name
    if artist not in ARTISTS:
        return None
    above = "/".join(path.relative_to(root).parts[:-3]).lower()
    for kind, ending in _STEMS.items():
        track = re.fullmatch(rf"(.+?)[ ._-]*{ending}", path.stem)
        if track:
            return {"kind": kind, "id": (artist, album, track[1])}
        if re.search(ending, above):
            return {"kind": kind, "id": (artist, album, path.stem)}
    return {"kind": "mixture", "id": (artist, album, path.stem)}


def _label(listed, songs, with_vocals):
    numbers = _number_albums({i[:2] for paths in songs.values() for i in paths})
    others = ("mixture", "accompaniment") if with_vocals else ()
    recordings = []
    for artist, album, track in sorted(listed):
        title = _TRACK.fullmatch(track)
        row = {
            "path": listed[artist, album, track],
            "singer": artist,
            "album": album,
            "song": title["title"] if title else track,
            **_parts(numbers[artist, album]),
        }
        for kind in others:
            if songs[kind]:
                row[kind] = songs[kind].get((artist, album, track), "")
        recordings.append(row)
    return recordings


def _number_albums(albums):
    """(Artist, album) -> its place by the name, from 0 on."""
    numbers = {}
    for artist in sorted({artist for artist, _ in albums}):
        names = sorted(album for name, album in albums if name == artist)
        if len(names) != len(SPLIT):
            logger.warning(
                "%s: %d albums instead of %d: the split is not the published "
                "one, which goes by their order",
                *(artist, len(names), len(SPLIT)),
            )
        numbers |= {(artist, name): n for n, name in enumerate(names)}
    return numbers


def _parts(number):
    """The parts in which an album is."""
    split = SPLIT[number] if number < len(SPLIT) else "train"
    # From the last one on, as `FoldSplit` validates on the fold that follows
    return {"split": split, "fold": str(-(number + 1) % len(SPLIT))}


def _report(data_folder, paths, what):
    if paths:
        logger.warning(
            "%s: left out: %d files, %s (such as %r)",
            *(data_folder, len(paths), what, Path(paths[0]).name),
        )
