"""RAVDESS, of which speech and song are two corpora.

Livingstone and Russo, "The Ryerson Audio-Visual Database of Emotional Speech
and Song (RAVDESS)", PLoS ONE 13(5), 2018. A file is named after what it holds:
modality, vocal channel, emotion, intensity, statement, repetition and actor, as
in `Actor_01/03-02-05-01-02-01-01.wav`.
"""

import re
from typing import NamedTuple

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.tree import find_audio

logger = get_logger(__name__)

AUDIO_ONLY = "03"
EMOTIONS = {
    "01": "neutral",
    "02": "calm",
    "03": "happy",
    "04": "sad",
    "05": "angry",
    "06": "fearful",
    "07": "disgust",
    "08": "surprised",
}
INTENSITIES = {"01": "normal", "02": "strong"}


class Channel(NamedTuple):
    """A vocal channel of RAVDESS.

    Arguments
    ---------
    code : str
        In names of files.
    name : str
        In messages.
    emotions : int
        How many of `EMOTIONS` it has.
    actors : list of str
    recordings : int
    archive : str
        Which holds its audio.
    """

    code: str
    name: str
    emotions: int
    actors: list
    recordings: int
    archive: str


SPEECH = Channel(
    "01",
    "speech",
    8,
    [f"{actor:02d}" for actor in range(1, 25)],
    1440,
    "Audio_Speech_Actors_01-24.zip",
)
SONG = Channel(
    "02",
    "song",
    6,
    # Actor 18 does not sing
    [f"{actor:02d}" for actor in range(1, 25) if actor != 18],
    1012,
    "Audio_Song_Actors_01-24.zip",
)


def list_channel(data_folder, wanted, other):
    """Lists the recordings of one channel.

    What is of the other one, or not named so, is left out with a warning, and
    what is missing is told. The ending is free, and so are the folders. A name
    stands for one recording: if it is there again, as in the archive of Kaggle,
    the file that lies deeper is left out.

    Arguments
    ---------
    data_folder : str or Path
    wanted, other : Channel

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (the actor), `sex` (odd actors are male), `song`
        (the statement), `emotion`, `intensity` and `repetition`; or, of what
        cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is of this channel.

    Example
    -------
    >>> path = getfixture("tmp_path") / "03-01-08-01-02-01-08.wav"
    >>> path.touch()
    >>> recording, = list_channel(path.parent, SPEECH, SONG)
    >>> recording["singer"], recording["sex"], recording["emotion"]
    ('08', 'female', 'surprised')
    """
    fitting, others, foreign = [], [], []
    audio = find_audio(data_folder)
    for path in audio.paths:
        if _parse(path.stem, wanted):
            fitting.append(path)
        elif path.stem.split("-")[:2] == [AUDIO_ONLY, other.code]:
            others.append(path)
        else:
            foreign.append(path)
    ignored = (
        f"{data_folder}: {len(others)} files of {other.name} and "
        f"{len(foreign)} files that are not named as RAVDESS {wanted.name}s are"
    )
    if foreign:
        ignored += f" (such as {foreign[0].name!r})"
    if not fitting:
        raise FileNotFoundError(
            f"{ignored} all there is; unpack {wanted.archive} of "
            "https://doi.org/10.5281/zenodo.1188976 there"
        )
    if others or foreign:
        logger.warning("%s left out", ignored)
    firsts = _firsts(fitting)
    recordings = [
        {"path": str(path), **_parse(path.stem, wanted)}
        if firsts[path.stem] == path
        else {"path": str(path), "reason": f"a copy: of {firsts[path.stem]}"}
        for path in fitting
    ]
    report_missing(data_folder, recordings, wanted.actors, wanted.recordings)
    return recordings + audio.skipped


def _firsts(paths):
    """Of each name the file that lies highest."""
    firsts = {}
    for path in sorted(paths, key=lambda path: (len(path.parts), path)):
        firsts.setdefault(path.stem, path)
    return firsts


def _parse(stem, channel):
    """The labels in a file's name, None if it is not of the channel."""
    if not re.fullmatch(r"[0-9]{2}(-[0-9]{2}){6}", stem):
        return None
    modality, code, emotion, intensity, song, repetition, actor = stem.split(
        "-"
    )
    emotions = list(EMOTIONS)[: channel.emotions]
    if (modality, code) != (AUDIO_ONLY, channel.code):
        return None
    if emotion not in emotions or intensity not in INTENSITIES:
        return None
    return {
        "singer": actor,
        "sex": "male" if int(actor) % 2 else "female",
        "song": song,
        "emotion": EMOTIONS[emotion],
        "intensity": INTENSITIES[intensity],
        "repetition": repetition,
    }
