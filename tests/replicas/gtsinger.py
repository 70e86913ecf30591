"""GTSinger, of four singers in two languages, two songs each."""

import json

from replicas import sing

SINGERS = {
    "Chinese/ZH-Alto-1": ("Breathy", "Breathy_Group"),
    "Chinese/ZH-Tenor-1": ("Vibrato", "Vibrato_Group"),
    "English/EN-Alto-1": ("Mixed_Voice_and_Falsetto", "Falsetto_Group"),
    "English/EN-Tenor-1": ("Glissando", "Glissando_Group"),
}
SONGS = ("my love", "不再见")
WORDS = [
    {
        "word": "<AP>",
        "start_time": 0.0,
        "end_time": 0.2,
        "note": [0],
        "note_dur": [0.2],
        "note_start": [0.0],
        "note_end": [0.2],
        "ph": ["<AP>"],
        "vibrato": ["0"],
    },
    {
        "word": "love",
        "start_time": 0.2,
        "end_time": 0.9,
        "note": [69, 71],
        "note_dur": [0.3, 0.4],
        "note_start": [0.2, 0.5],
        "note_end": [0.5, 0.9],
        "ph": ["L", "AH1", "V"],
        "vibrato": ["0", "1", "0"],
    },
]


def build(folder):
    """With the annotations, some of whose names lack the dot."""
    for number, (singer, (technique, group)) in enumerate(SINGERS.items()):
        for song, title in enumerate(SONGS):
            for part in (group, "Control_Group", "Paired_Speech_Group"):
                path = folder / singer / technique / title / part / "0000.wav"
                sing(path, singer=number, song=song, rate=48000)
                path.with_name("0000_TextGrid").touch()
                path.with_suffix(".json").write_text(json.dumps(WORDS))
                path.with_suffix(".musicxml").touch()
    processed = folder / "processed" / "English"
    processed.mkdir(parents=True)
    (processed / "metadata.json").write_text("[]")
