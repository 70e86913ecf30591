"""CSD: 100 children's songs, Korean and English, each in two keys, one singer.

Choi, Kim, Park, Yong and Nam, "Children's Song Dataset for Singing Voice
Research", ISMIR 2020 (late-breaking): 200 recordings, 44.1 kHz, licence CC
BY-NC-SA 4.0, https://zenodo.org/record/4785016. The layout is that of the
authors' README (github.com/emotiontts/emotiontts_open_db, Dataset/CSD), the
columns of the CSV files that of public loaders.
"""

import re

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.named import find_named
from speechbrain_singer.corpora.notes import add_notes
from speechbrain_singer.dataio.csv_files import read_csv

SINGER = "csd"
LANGUAGES = {"en": "English", "kr": "Korean"}
RECORDINGS = 200
REMEDY = (
    "unpack CSD.zip of https://zenodo.org/record/4785016 there, so that it "
    "holds english/wav/en001a.wav"
)


def list_recordings(data_folder):
    """Lists the recordings of CSD.

    They lie in `english/wav/en001a.wav` and `korean/wav/kr001a.wav`, the notes
    in `csv` beside `wav`.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer`, `sex`, `language`, `song` (such as en001), `key`
        (a or b: the song in another key) and `notes`; or, of what cannot be
        used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is of CSD.

    Example
    -------
    >>> folder = getfixture("tmp_path") / "korean" / "wav"
    >>> folder.mkdir(parents=True)
    >>> (folder / "kr012b.wav").touch()
    >>> recording, = list_recordings(folder.parents[1])
    >>> recording["language"], recording["song"], recording["key"]
    ('Korean', 'kr012', 'b')
    """
    recordings, skipped = find_named(data_folder, _labels, "CSD", REMEDY)
    report_missing(data_folder, recordings, [SINGER], RECORDINGS)
    add_notes(data_folder, recordings, _read_notes)
    return recordings + skipped


def _labels(path):
    match = re.fullmatch(r"((en|kr)\d{3})([ab])", path.stem)
    if not match:
        return None
    song, language, key = match.groups()
    return {
        "singer": SINGER,
        "sex": "female",
        "language": LANGUAGES[language],
        "song": song,
        "key": key,
    }


def _read_notes(path):
    table = path.parents[1] / "csv" / f"{path.stem}.csv"
    return [
        (float(row["start"]), float(row["end"]), int(row["pitch"]))
        for _, row in read_csv(table, ("start", "end", "pitch"))
    ]
