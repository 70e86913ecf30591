"""Music4All: clips of 30 s of 109,269 songs.

Santana, Pinhelli, Donini, Catharin, Mangolin, Costa, Feltrim and Domingues,
"Music4All: A New Music Database and Its Applications", IWSSIP 2020. On request
from its authors, https://sites.google.com/view/contact4music4all, for research.
How it lies was read in programs and notes of those who have it, such as
https://github.com/cgaroufis/CVSM: the tables have tabs between the fields.

An artist may be a band.
"""

from speechbrain_singer.corpora.track_files import (
    find_table,
    find_tracks,
    track_recordings,
)
from speechbrain_singer.dataio.csv_files import read_csv

TABLES = (
    "id_information.csv",
    "music4all/id_information.csv",
    "music4all/music4all/id_information.csv",
)
LANGUAGES = "id_lang.csv"
AUDIO = "audios"  # folder
COLUMNS = ("id", "artist", "song", "album_name")
# As lenient as pandas, with which everybody reads it
FORM = {"delimiter": "\t", "strict": False}
SOURCE = (
    "unpack Music4All there; ask its authors for it at "
    "https://sites.google.com/view/contact4music4all"
)


def list_recordings(data_folder, vocals_folder=None):
    """Lists the clips of Music4All.

    Arguments
    ---------
    data_folder : str or Path
        With `id_information.csv` and `audios/0009fFIM1eYThaPg.mp3`; the ending
        of the audio is free. `id_lang.csv` is read if it is there.
    vocals_folder : str, optional
        Separated vocals, relative to the data folder: see `with_vocals`.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (the artist), `song`, `album` (where one of them
        is not known, the ID of the song) and `language` (of the lyrics, such
        as en; "" if unknown); or, of what cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If the table is missing, or no file is a track of it.
    ValueError
        If the table is broken.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "audios").mkdir()
    >>> (folder / "audios" / "0009fFIM1eYThaPg.mp3").touch()
    >>> table = "id\\tartist\\tsong\\talbum_name\\n"
    >>> table += "0009fFIM1eYThaPg\\tCheryl\\tRain on Me\\t3 Words\\n"
    >>> _ = (folder / "id_information.csv").write_text(table)
    >>> recording, = list_recordings(folder)
    >>> recording["singer"], recording["song"], recording["album"]
    ('Cheryl', 'Rain on Me', '3 Words')
    """
    table = find_table(data_folder, TABLES, SOURCE)
    tracks = _read_tracks(table)
    files, skipped = find_tracks(
        *(data_folder, _track_of, tracks, SOURCE),
        rank=_is_elsewhere,
        stems=vocals_folder,
    )
    count = len(tracks)
    listed = track_recordings(files, tracks, data_folder, vocals_folder, count)
    return listed + skipped


def _read_tracks(path):
    """ID -> labels of each song."""
    languages = _read_languages(path.with_name(LANGUAGES))
    return {
        row["id"]: {
            "singer": row["artist"],
            "song": row["song"] or row["id"],
            "album": row["album_name"] or row["id"],
            "language": languages.get(row["id"], ""),
        }
        for _, row in read_csv(path, COLUMNS, **FORM)
    }


def _read_languages(path):
    if not path.is_file():
        return {}
    rows = read_csv(path, ("id", "lang"), **FORM)
    return {row["id"]: row["lang"] for _, row in rows}


def _track_of(path):
    return path.stem


def _is_elsewhere(path):
    """Whether it is not where the authors have it: a stem may be named so."""
    return AUDIO not in path.parts
