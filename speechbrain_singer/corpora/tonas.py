"""TONAS: 72 flamenco songs without accompaniment, with notes.

Mora et al., "Characterization and similarity in a cappella flamenco cantes",
ISMIR 2010; notes: Gómez and Bonada, "Towards computer-assisted flamenco
transcription", Computer Music Journal 37(2), 2013.
https://zenodo.org/record/1290722, on request, for non-commercial use. The
layout is that of mirdata's loader, its index and its test resources, which
hold the whole table of tracks.
"""

from pathlib import Path

from speechbrain_singer.corpora.mirdata_corpora import list_tracks, notes_of

SOURCE = "TONAS of https://zenodo.org/record/1290722 (on request)"
TABLE = "TONAS-Metadata.txt"


def list_recordings(data_folder):
    """Lists the songs of TONAS.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer`, `song` (the title), `style` (debla, or one
        of two kinds of martinete) and `notes`; or, of what cannot be used,
        `path` and `reason`.

    Raises
    ------
    ImportError
        If mirdata is not installed.
    FileNotFoundError
        If mirdata's index or the table of tracks is missing, or nothing in the
        folder is of TONAS.
    """
    found, skipped = list_tracks("tonas", data_folder, _rows_of, SOURCE)
    return found + skipped


def _rows_of(dataset):
    table = _read_table(Path(dataset.data_home, TABLE))
    for name, track in dataset.load_tracks().items():
        style, title, singer = table.get(name, ("", "", ""))
        yield {
            "path": track.audio_path,
            "singer": singer,
            "song": title,
            "style": style,
            "notes": _notes(track),
        }


def _read_table(path):
    """Style, title and singer of each track.

    mirdata reads it too, but drops all letters with accents, and does not find
    two tracks whose names have a space in the table (`27-M1_J Almaden-...`).
    """
    lines = path.read_text(encoding="utf-16").splitlines()
    rows = [line.split("\t") for line in lines]
    return {
        row[0].removesuffix(".wav").replace(" ", ""): [
            text.strip(' "') for text in row[1:4]
        ]
        for row in rows
        if len(row) >= 4
    }


def _notes(track):
    """Notes at the pitches of the file.

    These include the deviation of the singer's tuning, which stands in the
    file's first line. mirdata adds it once more, so its pitches are counted
    from the tuning that it says: 66.43 of the file is what is sung, as the F0
    of the same time confirms (379.3 Hz).
    """
    try:
        tuning = track.tuning_frequency
    except (OSError, ValueError, IndexError, StopIteration):
        return None
    return notes_of(lambda: track.notes, tuning)
