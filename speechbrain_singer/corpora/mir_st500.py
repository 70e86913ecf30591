"""MIR-ST500: the sung notes of 500 Chinese pop songs, about 30 hours.

Wang and Jang, "On the Preparation and Validation of a Large-Scale Dataset of
Singing Transcription", ICASSP 2021. The notes are in the authors' repository,
https://github.com/york135/singing_transcription_ICASSP2021; the songs are
links to YouTube, many of them dead. The layout was read there
(`get_youtube.py`, `do_spleeter.py`: `train/<id>/Mixture.mp3`, `Vocal.wav`,
`Inst.wav`), in guxm2021/SVT_SpeechBrain (`wav16kHz/train/<id>/vocals.wav`,
`Annotations.json`) and in YourMT3 (`converted_Mixture.wav`,
`accompaniment.wav`).
"""

import json
import re
from math import isfinite
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.named import find_named

logger = get_logger(__name__)

REPOSITORY = "https://github.com/york135/singing_transcription_ICASSP2021"
NOTES = ("MIR-ST500_corrected.json", "Annotations.json")
LAST_TRAIN, LAST = 400, 500
MOST_NAMES = 20  # of missing songs, in a message
_SONG = re.compile(r"(song)?0*([1-9][0-9]{0,2})", re.IGNORECASE)
_KINDS = {
    "vocal": "path",
    "vocals": "path",
    "mixture": "mixture",
    "converted_mixture": "mixture",
    "inst": "accompaniment",
    "accompaniment": "accompaniment",
}


def list_recordings(data_folder):
    """Lists the separated vocals of MIR-ST500, with their notes.

    A song is a folder named after its number, with the vocals and, if it is
    there, the mixture they come from. Who sings is not known. What is no file
    of a song is left out with a warning, songs without vocals too; which songs
    are missing is told.

    Arguments
    ---------
    data_folder : str or Path
        `train/<id>/Vocal.wav`, `wav16kHz/train/<id>/vocals.wav` or
        `<id>/Vocal.wav`, and `MIR-ST500_corrected.json` anywhere in it.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (""), `song` (the number), `split` (songs 1 to
        400 train, the others test), `notes` (onset and offset in seconds, MIDI
        pitch), and, if there are any, `mixture` and `accompaniment`; or, of
        what cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is the vocals of a song.
    ValueError
        If the file of the notes is broken.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "test" / "401").mkdir(parents=True)
    >>> (folder / "test" / "401" / "Vocal.wav").touch()
    >>> _ = (folder / NOTES[0]).write_text('{"401": [[0.5, 1.0, 62]]}')
    >>> recording, = list_recordings(folder)
    >>> recording["song"], recording["split"], recording["notes"]
    ('401', 'test', [(0.5, 1.0, 62)])
    """
    files, skipped = find_named(
        *(data_folder, _parse, "MIR-ST500"),
        f"load the songs by get_youtube.py of {REPOSITORY}, and separate their "
        "vocals",
    )
    songs, copies = _group(files)
    listed = {song: files for song, files in songs.items() if "path" in files}
    if not listed:
        raise FileNotFoundError(
            f"{data_folder}: {len(songs)} songs, and of none its vocals, "
            "<id>/Vocal.wav or <id>/vocals.wav: separate them"
        )
    _report(data_folder, copies, songs, listed)
    notes = _read_notes(data_folder, listed)
    columns = sorted({kind for files in listed.values() for kind in files})
    rows = [
        {kind: files.get(kind, "") for kind in columns}
        | {
            "singer": "",
            "song": str(song),
            "split": "train" if song <= LAST_TRAIN else "test",
            "notes": notes.get(str(song), []),
        }
        for song, files in sorted(listed.items())
    ]
    return rows + skipped


def _parse(path):
    """Which file of which song it is, None if of none."""
    kind = _KINDS.get(path.stem.lower())
    number = _SONG.fullmatch(path.parent.name)
    if kind and number and int(number[2]) <= LAST:
        return {"kind": kind, "song": int(number[2])}
    return None


def _group(files):
    """Number of a song -> kind -> path; and second files of a kind."""
    songs, copies = {}, []
    # Behind the others: an MP3 is longer by what its encoder put before it
    for file in sorted(files, key=lambda f: f["path"].lower().endswith(".mp3")):
        kinds = songs.setdefault(file["song"], {})
        first = kinds.setdefault(file["kind"], file["path"])
        if first != file["path"]:
            copies.append(file["path"])
    return songs, copies


def _report(data_folder, copies, songs, listed):
    """Says what is left out and what is missing."""
    if copies:
        logger.warning(
            "%s: left out: %d files of which a song has another one (such as "
            "%s)",
            *(data_folder, len(copies), copies[0]),
        )
    bare = sorted(songs.keys() - listed.keys())
    if bare:
        logger.warning(
            "%s: %d songs without separated vocals left out: %s",
            *(data_folder, len(bare), _names(bare)),
        )
    missing = sorted(set(range(1, LAST + 1)) - listed.keys())
    if missing:
        tested = sum(song > LAST_TRAIN for song in missing)
        logger.warning(
            "%s: not the whole corpus: %d of %d songs are there; missing, %d "
            "of them of the test part: %s",
            *(data_folder, len(listed), LAST, tested, _names(missing)),
        )


def _names(songs):
    more = ", ..." if len(songs) > MOST_NAMES else ""
    return ", ".join(map(str, songs[:MOST_NAMES])) + more


def _read_notes(data_folder, listed):
    """Number of a song, as text -> its notes."""
    path = _find_notes(Path(data_folder))
    if path is None:
        logger.warning(
            "%s: no %s in it: no recording has notes; it is in %s",
            *(data_folder, NOTES[0], REPOSITORY),
        )
        return {}
    try:
        by_song = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise ValueError(
            f"{path}: no JSON ({error}): take it anew from {REPOSITORY}"
        ) from None
    if not isinstance(by_song, dict):
        raise ValueError(f"{path}: must be songs and their notes")
    notes, empty = {}, 0
    for song, its_notes in by_song.items():
        read = [
            _note(note, song, path) for note in _list(its_notes, song, path)
        ]
        # Evaluation leaves them out too: evaluate/evaluate.py of the authors
        notes[song] = sorted(note for note in read if note[1] > note[0])
        empty += len(read) - len(notes[song])
    if empty:
        logger.warning(
            "%s: %d notes that end where they begin, or before, left out",
            *(path, empty),
        )
    bare = sorted(song for song in listed if not notes.get(str(song)))
    if bare:
        logger.warning(
            "%s: %d songs have no notes: %s", path, len(bare), _names(bare)
        )
    return notes


def _find_notes(data_folder):
    for name in NOTES:
        found = sorted(data_folder.rglob(name))
        if found:
            return found[0]
    return None


def _list(notes, song, path):
    if not isinstance(notes, list):
        raise ValueError(f"{path}: song {song}: must be a list of notes")
    return notes


def _note(note, song, path):
    try:
        onset, offset, pitch = map(float, note)
        if not (isfinite(onset + offset + pitch) and onset >= 0 and pitch > 0):
            raise ValueError
    except (TypeError, ValueError):
        raise ValueError(
            f"{path}: song {song}: {str(note)[:80]} is no onset, offset and "
            "pitch: mend it, or take the file anew"
        ) from None
    return onset, offset, int(pitch) if pitch.is_integer() else pitch
