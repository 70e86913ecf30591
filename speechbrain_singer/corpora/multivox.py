"""MULTIVOX: choirs and ensembles in a circle, each singer with a microphone.

Meza, Sepúlveda, Roman, Sigal Sefchovich and Roman, "MULTIVOX: A Spatial
Audio-Visual Dataset of Singing Groups", AES AIMLA 2025.
https://zenodo.org/records/17058101 (C1, C2) and
https://zenodo.org/records/17065497 (C3, C4), licence CC BY 4.0. The layout is
that of mirdata's loader (of February 2026; it is not in mirdata 1.0.0), its
script that makes the index, and its test resources.

Who sings is not said: S1 to S16 are places in the circle, where different
people stand on different days. So nobody has a name here. Not verified: that
`mixture` is as long as the singer's own recording.
"""

import os

from speechbrain_singer.corpora.mirdata_corpora import list_tracks

SOURCE = (
    "C1.zip, C2.zip and metadata.csv of https://zenodo.org/records/17058101, "
    "and C3.zip and C4.zip of https://zenodo.org/records/17065497,"
)
SEXES = {"M": "male", "F": "female"}
SILENT = "N"


def list_recordings(data_folder):
    """Lists the singers' own recordings of MULTIVOX.

    Arguments
    ---------
    data_folder : str or Path
        Where the archives were unpacked, with `metadata.csv`.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (unknown: ""), `sex`, `song`, `place` (in the
        circle), `group`, `room`, `condition` and `mixture` (the left one of
        the two microphones of all); or, of what cannot be used, such as the
        recording of one who stands there and is silent, `path` and `reason`.

    Raises
    ------
    ImportError
        If mirdata is not installed, or is too old.
    FileNotFoundError
        If mirdata's index or `metadata.csv` is missing, or nothing in the
        folder is of MULTIVOX.
    """
    found, skipped = list_tracks("multivox", data_folder, rows_of, SOURCE)
    return found + skipped


def rows_of(dataset):
    """Recordings as mirdata's loader describes them."""
    for track in dataset.load_tracks().values():
        mixture = track.audio_ortf_l_path
        labels = {
            "singer": "",
            "song": track.song or "",
            "group": track.singing_group or "",
            "room": track.recording_space or "",
            "condition": track.condition or "",
        }
        if os.path.isfile(mixture or ""):
            labels["mixture"] = mixture
        for place, path in track.near_field_recordings.items():
            position = track.singer_positions.get(place)
            yield {"path": path} | _described(place, position, labels)


def _described(place, position, labels):
    if position is None or position.locations_at_circle is None:
        return {"reason": "not in the circle: the instructor"}
    if position.is_empty_position():
        return {"reason": "nobody stands there"}
    if position.role == SILENT:
        return {"reason": "silent: does not sing here"}
    return labels | {"place": place, "sex": SEXES.get(position.gender, "")}
