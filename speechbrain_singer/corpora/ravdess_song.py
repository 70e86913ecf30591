"""RAVDESS, the sung part: 23 actors, two sentences on one fixed melody.

Livingstone and Russo, "The Ryerson Audio-Visual Database of Emotional Speech
and Song (RAVDESS)", PLoS ONE 13(5), 2018. Audio_Song_Actors_01-24.zip from
https://doi.org/10.5281/zenodo.1188976, licence CC BY-NC-SA 4.0.
"""

import re

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.tree import find_audio

logger = get_logger(__name__)

AUDIO_ONLY = "03"
SPEECH, SONG = "01", "02"
EMOTIONS = {
    "01": "neutral",
    "02": "calm",
    "03": "happy",
    "04": "sad",
    "05": "angry",
    "06": "fearful",
}
INTENSITIES = {"01": "normal", "02": "strong"}
# All but actor 18 sing
ACTORS = [f"{actor:02d}" for actor in range(1, 25) if actor != 18]
RECORDINGS = 1012


def list_recordings(data_folder):
    """Lists the sung recordings of RAVDESS.

    A file is named after what it holds: modality, vocal channel, emotion,
    intensity, statement, repetition and actor, as in
    `Actor_01/03-02-05-01-02-01-01.wav`. The ending is free, and so are the
    folders. What is not sung or not named so is left out with a warning, and
    what is missing is told.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (the actor), `sex` (odd actors are male), `song`
        (the statement), `emotion`, `intensity` and `repetition`; or, of what
        cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is a RAVDESS song.

    Example
    -------
    >>> path = getfixture("tmp_path") / "03-02-05-01-02-01-08.wav"
    >>> path.touch()
    >>> recording, = list_recordings(path.parent)
    >>> recording["singer"], recording["sex"], recording["emotion"]
    ('08', 'female', 'angry')
    """
    recordings, speech, foreign = [], [], []
    audio = find_audio(data_folder)
    for path in audio.paths:
        labels = _parse(path.stem)
        if labels:
            recordings.append({"path": str(path), **labels})
        elif path.stem.split("-")[:2] == [AUDIO_ONLY, SPEECH]:
            speech.append(path)
        else:
            foreign.append(path)
    ignored = (
        f"{data_folder}: {len(speech)} files of speech and {len(foreign)} "
        "files that are not named as RAVDESS songs are"
    )
    if foreign:
        ignored += f" (such as {foreign[0].name!r})"
    if not recordings:
        raise FileNotFoundError(
            f"{ignored} all there is; unpack Audio_Song_Actors_01-24.zip of "
            "https://doi.org/10.5281/zenodo.1188976 there"
        )
    if speech or foreign:
        logger.warning("%s left out", ignored)
    report_missing(data_folder, recordings, ACTORS, RECORDINGS)
    return recordings + audio.skipped


def _parse(stem):
    """The labels in a file's name, None if it is not a sung recording's."""
    if not re.fullmatch(r"[0-9]{2}(-[0-9]{2}){6}", stem):
        return None
    modality, channel, emotion, intensity, song, repetition, actor = stem.split(
        "-"
    )
    if (modality, channel) != (AUDIO_ONLY, SONG):
        return None
    if emotion not in EMOTIONS or intensity not in INTENSITIES:
        return None
    return {
        "singer": actor,
        "sex": "male" if int(actor) % 2 else "female",
        "song": song,
        "emotion": EMOTIONS[emotion],
        "intensity": INTENSITIES[intensity],
        "repetition": repetition,
    }
