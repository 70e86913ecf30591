"""The archive of M4Singer, of five singers with two songs."""

import json

from replicas import sing

SINGERS = ("Alto-1", "Alto-2", "Bass-1", "Soprano-1", "Tenor-7")
SONGS = ("newboy", "美错")
# Two notes, the second on one syllable with the first, a breath, and a note
# of two sounds that is as high as the one before it
SOUNDS = {
    "phs": ["n", "i", "i", "<AP>", "h", "ao", "a"],
    "is_slur": [0, 0, 1, 0, 0, 0, 0],
    "ph_dur": [0.1, 0.2, 0.2, 0.1, 0.05, 0.15, 0.2],
    "notes": [60, 60, 62, 0, 64, 64, 64],
    "notes_dur": [0.3, 0.3, 0.2, 0.1, 0.2, 0.2, 0.2],
}


def build(folder):
    """A phrase a song, with its TextGrid and MIDI file; meta.json."""
    items = []
    for number, singer in enumerate(SINGERS):
        for song in SONGS:
            path = folder / f"{singer}#{song}" / "0000.wav"
            sing(path, singer=number, song=len(song), rate=48000)
            path.with_suffix(".TextGrid").touch()
            path.with_suffix(".mid").touch()
            name = {"item_name": f"{singer}#{song}#0000", "txt": "你好啊"}
            items.append(name | SOUNDS)
    text = json.dumps(items, ensure_ascii=False)
    (folder / "meta.json").write_text(text, encoding="utf-8")
