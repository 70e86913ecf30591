"""Opencpop: 100 Chinese songs by one professional singer, with all notes.

Wang et al., "Opencpop: A High-Quality Open Source Chinese Popular Song Corpus
for Singing Voice Synthesis", Interspeech 2022 (arXiv 2201.07429): 5.2 hours in
3,756 phrases, 44.1 kHz; on request at https://wenet.org.cn/opencpop. The layout
is that of Amphion (egs/datasets/README.md), the form of the transcriptions that
of ESPnet (egs2/opencpop/svs1/local/data_prep.py). Not verified: that each
initial has a final behind it.
"""

from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.lines import read_lines
from speechbrain_singer.corpora.named import find_named
from speechbrain_singer.corpora.notes import add_notes, midi_number

logger = get_logger(__name__)

SINGER = "opencpop"
PHRASES, SONGS = 3756, 100
# Names of phrases have ten digits, of which four are the song's
SONG_DIGITS, PHRASE_DIGITS = 4, 10
# What a syllable may begin with: it belongs to the note of what follows
INITIALS = set("b p m f d t n l g k h j q x zh ch sh r z c s y w".split())
REST = "rest"
LISTS = {"train.txt": "train", "test.txt": "test", "transcriptions.txt": ""}
REMEDY = (
    "ask for Opencpop at https://wenet.org.cn/opencpop and unpack it there, "
    "so that it holds segments/wavs/2001000001.wav"
)


def list_recordings(data_folder):
    """Lists the phrases of Opencpop, or its songs if there are no phrases.

    The phrases lie in `segments/wavs`, with `transcriptions.txt`, `train.txt`
    and `test.txt` beside. They are cut from the songs in `wavs`, whose notes
    are not read.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked; folders above do not matter.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer`, `sex`, `language`, `song`, and of phrases
        `split` (train or test as the authors publish them, "" if that is not
        known) and `notes`; or, of what cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is of Opencpop.
    ValueError
        If a list is no text in UTF-8.

    Example
    -------
    >>> folder = getfixture("tmp_path") / "segments"
    >>> (folder / "wavs").mkdir(parents=True)
    >>> (folder / "wavs" / "2001000001.wav").touch()
    >>> line = "2001000001|我|w o|A4 A4|0.5 0.5|0.1 0.4|0 0"
    >>> _ = (folder / "train.txt").write_text(line, encoding="utf-8")
    >>> recording, = list_recordings(folder.parent)
    >>> recording["song"], recording["split"], recording["notes"]
    ('2001', 'train', [(0.0, 0.5, 69)])
    """
    found, skipped = find_named(data_folder, _labels, "Opencpop", REMEDY)
    phrases = [row for row in found if len(_id(row)) == PHRASE_DIGITS]
    if not phrases:
        report_missing(data_folder, found, [SINGER], SONGS)
        return [row | {"notes": []} for row in found] + skipped
    report_missing(data_folder, phrases, [SINGER], PHRASES)
    lines = _read_lists(phrases)
    _add_split(data_folder, phrases, lines)
    add_notes(data_folder, phrases, lambda path: _notes(lines, path.stem))
    return phrases + skipped


def _labels(path):
    digits = path.stem
    if not (digits.isdecimal() and len(digits) in (SONG_DIGITS, PHRASE_DIGITS)):
        return None
    return {
        "singer": SINGER,
        "sex": "female",
        "language": "Chinese",
        "song": digits[:SONG_DIGITS],
    }


def _id(row):
    return Path(row["path"]).stem


def _read_lists(phrases):
    """ID -> (part, fields) from the lists above the folders of the phrases."""
    lines = {}
    for folder in sorted({Path(row["path"]).parents[1] for row in phrases}):
        for name, part in LISTS.items():
            path = folder / name
            if path.is_file():
                for line in read_lines(path):
                    phrase, *fields = line.split("|")
                    lines.setdefault(phrase, (part, fields))
    return lines


def _add_split(data_folder, phrases, lines):
    for row in phrases:
        row["split"], _ = lines.get(_id(row), ("", None))
    unlisted = [row["path"] for row in phrases if not row["split"]]
    if unlisted:
        logger.warning(
            "%s: %d phrases are neither in train.txt nor in test.txt, such as "
            "%s",
            *(data_folder, len(unlisted), unlisted[0]),
        )


def _notes(lines, phrase):
    """The notes of a phrase.

    A phoneme has a line's pitch and duration. Each final is a note, with the
    initial before it; one that goes over several notes stands there several
    times.
    """
    if phrase not in lines:
        raise KeyError(f"{phrase} is in no list")
    _, (_, *columns) = lines[phrase]
    phonemes, names, _, durations, _ = (column.split() for column in columns)
    notes, time, onset = [], 0.0, 0.0
    for phoneme, name, duration in zip(phonemes, names, durations, strict=True):
        time = round(time + float(duration), 6)
        if phoneme in INITIALS:
            continue
        if name != REST:
            notes.append((onset, time, midi_number(name)))
        onset = time
    return notes
