"""M4Singer: 20 professional singers of Mandarin pop songs, with notes.

Zhang et al., "M4Singer: A Multi-Style, Multi-Singer and Musical Score Provided
Mandarin Singing Corpus", NeurIPS 2022, Datasets and Benchmarks. The archive
is given out on request, see https://github.com/M4Singer/M4Singer, licence CC
BY-NC-SA 4.0.

The layout was read in the authors' code and in public code that prepares it;
20,896 files in 699 folders are counted there. Read in code alone: that
`notes_dur` of a sound is the length of its whole note, so that the sounds of a
note last as long together; where they do not, the sounds are right.
"""

import json
import re
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.named import find_named
from speechbrain_singer.dataio.names import composed
from speechbrain_singer.dataio.notes import check_notes

logger = get_logger(__name__)

REGISTERS = {
    "Soprano": "female",
    "Alto": "female",
    "Tenor": "male",
    "Bass": "male",
}
COUNTS = {"Alto": 7, "Bass": 3, "Soprano": 3, "Tenor": 7}
SINGERS = [
    f"{register}-{number}"
    for register, count in COUNTS.items()
    for number in range(1, count + 1)
]
RECORDINGS = 20896
META = "meta.json"
TOLERANCE = 1e-3  # seconds, of sums of lengths


def list_recordings(data_folder):
    """Lists the phrases of M4Singer.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked: `<singer>#<song>/0000.wav` and so on,
        such as `Alto-1#newboy`, and `meta.json` beside these folders. The
        ending of the audio is free.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (Alto-1), `sex`, `register` (alto), `song` (what
        follows the singer), `phrase` (its number in the song) and `notes`:
        (onset in s, offset in s, MIDI pitch) of each note, none if meta.json
        does not tell; or, of what cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is of M4Singer.

    Example
    -------
    >>> path = getfixture("tmp_path") / "Bass-2#newboy" / "0003.wav"
    >>> path.parent.mkdir()
    >>> path.touch()
    >>> recording, = list_recordings(getfixture("tmp_path"))
    >>> recording["singer"], recording["register"], recording["song"]
    ('Bass-2', 'bass', 'newboy')
    """
    recordings, skipped = find_named(
        data_folder,
        _labels,
        "M4Singer",
        "unpack the archive there that its authors give out, see "
        "https://github.com/M4Singer/M4Singer",
    )
    report_missing(data_folder, recordings, SINGERS, RECORDINGS)
    _add_notes(data_folder, recordings)
    return recordings + skipped


def _labels(path):
    folder = _unescaped(path.parent.name)
    match = re.fullmatch(r"((\w+)-\d+)#(.+)", folder)
    if not match or not re.fullmatch(r"\d{4}", path.stem):
        return None
    singer, register, song = match.groups()
    if singer not in SINGERS:
        return None
    return {
        "singer": singer,
        "sex": REGISTERS[register],
        "register": register.lower(),
        "song": song,
        "phrase": path.stem,
    }


def _unescaped(name):
    """Some programs unpack names that are not ASCII as #U7f8e#U9519."""
    return re.sub("#U([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), name)


def _add_notes(data_folder, recordings):
    """Gives each recording its notes, none where they are not known."""
    songs = {Path(row["path"]).parent for row in recordings}
    folders = songs | {song.parent for song in songs}
    found = [f / META for f in sorted(folders) if (f / META).is_file()]
    items = _read(found[0]) if found else []
    pairs = [_name_and_notes(item) for item in items]
    notes = dict(pair for pair in pairs if pair)
    lacking = 0
    for row in recordings:
        name = "#".join(row[key] for key in ("singer", "song", "phrase"))
        row["notes"] = notes.get(composed(name), [])
        lacking += composed(name) not in notes
    if lacking:
        logger.warning(
            "%s: %d of %d recordings without notes: %s",
            *(data_folder, lacking, len(recordings)),
            f"{found[0]} lacks them, and {pairs.count(None)} of its items "
            "cannot be read"
            if found
            else f"no {META} beside their folders",
        )


def _read(meta):
    """The items of meta.json."""
    try:
        items = json.loads(meta.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise ValueError(f"{meta}: no JSON ({error}): unpack it anew") from None
    if not isinstance(items, list):
        raise ValueError(f"{meta}: no list of items: unpack it anew")
    return items


def _name_and_notes(item):
    """Of an item of meta.json; None if it is broken."""
    try:
        name, notes = composed(item["item_name"]), _notes(item)
        check_notes(name, notes)
        return name, notes
    except (KeyError, TypeError, ValueError):
        return None


def _notes(item):
    """The notes of a phrase, from what meta.json says of each sound."""
    # The authors' own code calls them notes_pitch
    pitches = item["notes"] if "notes" in item else item["notes_pitch"]
    sounds = zip(pitches, item["notes_dur"], item["ph_dur"], strict=True)
    notes, before, end = [], None, 0.0
    for pitch, length, seconds in sounds:
        onset, end = end, end + float(seconds)
        goes_on = (
            notes
            and before == (pitch, length)
            and onset - notes[-1][0] < length - TOLERANCE
        )
        if goes_on:
            notes[-1] = (notes[-1][0], round(end, 6), pitch)
        elif pitch > 0:
            notes.append((round(onset, 6), round(end, 6), pitch))
        before = pitch, length
    return notes
