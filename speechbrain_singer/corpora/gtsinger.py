"""GTSinger: 20 singers, 9 languages, each song with a technique and without.

Zhang et al., "GTSinger: A Global Multi-Technique Singing Corpus with Realistic
Music Scores for All Singing Tasks", NeurIPS 2024 (arXiv 2409.13832): 80.6
hours, 48 kHz, licence CC BY-NC-SA 4.0, at
https://huggingface.co/datasets/GTSinger/GTSinger. The layout is that of the
authors' README and of their Data-Process/process/gen_final_json.py
(github.com/GTSinger/GTSinger), and of public loaders. Not verified: the sexes,
which are taken from the registers.
"""

import json
import re

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.named import find_named
from speechbrain_singer.corpora.notes import add_notes

SEXES = {
    "soprano": "female",
    "alto": "female",
    "tenor": "male",
    "bass": "male",
}
LANGUAGES = {
    "ZH": "Chinese",
    "EN": "English",
    "FR": "French",
    "DE": "German",
    "IT": "Italian",
    "JA": "Japanese",
    "KO": "Korean",
    "RU": "Russian",
    "ES": "Spanish",
}
SINGERS = (
    "ZH-Alto-1 ZH-Tenor-1 EN-Alto-1 EN-Alto-2 EN-Tenor-1 FR-Soprano-1 "
    "FR-Tenor-1 DE-Soprano-1 DE-Tenor-1 IT-Bass-1 IT-Bass-2 IT-Soprano-1 "
    "JA-Soprano-1 JA-Tenor-1 KO-Soprano-1 KO-Soprano-2 KO-Tenor-1 RU-Alto-1 "
    "ES-Bass-1 ES-Soprano-1"
).split()
SPOKEN = "paired_speech"
CONTROL = "control"
REMEDY = (
    "download https://huggingface.co/datasets/GTSinger/GTSinger there, so that "
    "it holds <Language>/<Singer>/<Technique>/<Song>/<Group>/0000.wav"
)


def list_recordings(data_folder, speech=False):
    """Lists the phrases of GTSinger.

    They lie in `<Language>/<Singer>/<Technique>/<Song>/<Group>/0000.wav`. Of
    each song there is a group with the technique, one without (the control),
    and one that is spoken.

    Arguments
    ---------
    data_folder : str or Path
        Where the languages lie, or some of them.
    speech : bool
        Whether what the singers speak is listed too.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (such as EN-Alto-1), `language`, `register`,
        `sex`, `song`, `voice` (singing or speech), `group` (technique, control
        or speech), `technique` (what is sung: breathy, glissando, mixed_voice,
        falsetto, pharyngeal, vibrato or control; "" if it is spoken),
        `contrast` (the technique that the song was recorded for), and `notes`,
        from the JSON beside it; or, of what cannot be used, `path` and
        `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is of GTSinger.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> song = folder / "English" / "EN-Alto-1" / "Breathy" / "my love"
    >>> (song / "Control_Group").mkdir(parents=True)
    >>> (song / "Control_Group" / "0000.wav").touch()
    >>> recording, = list_recordings(folder)
    >>> recording["singer"], recording["sex"], recording["technique"]
    ('EN-Alto-1', 'female', 'control')
    """

    def labels_of(path):
        labels = _labels(path)
        if labels and labels["voice"] == "speech" and not speech:
            return "of speech"
        return labels

    recordings, skipped = find_named(data_folder, labels_of, "GTSinger", REMEDY)
    report_missing(data_folder, recordings, SINGERS)
    sung = [row for row in recordings if row["voice"] == "singing"]
    add_notes(data_folder, sung, _read_notes)
    for row in recordings:
        row.setdefault("notes", [])
    return recordings + skipped


def _labels(path):
    if len(path.parts) < 5 or not path.stem.isdecimal():
        return None
    singer, contrast, song, group = path.parts[-5:-1]
    match = re.fullmatch(r"([A-Z]{2})-([A-Z][a-z]+)-\d+", singer)
    if not match:
        return None
    language, register = match[1], match[2].lower()
    if language not in LANGUAGES or register not in SEXES:
        return None
    return {
        "singer": singer,
        "sex": SEXES[register],
        "register": register,
        "language": LANGUAGES[language],
        "song": song,
        "contrast": contrast.lower(),
        **_sung_or_spoken(group.lower().removesuffix("_group")),
    }


def _sung_or_spoken(group):
    if group == SPOKEN:
        return {"voice": "speech", "group": "speech", "technique": ""}
    kind = "control" if group == CONTROL else "technique"
    return {"voice": "singing", "group": kind, "technique": group}


def _read_notes(path):
    """The notes of all words; a pitch of 0 is a rest."""
    words = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    columns = "note_start", "note_end", "note"
    return [
        (float(onset), float(offset), int(pitch))
        for word in words
        for onset, offset, pitch in zip(
            *(word[c] for c in columns), strict=True
        )
        if pitch > 0 and offset > onset
    ]
