"""Opencpop, two songs of four phrases."""

from replicas import sing

SONGS = ("2001", "2086")
# Text, phonemes, notes, durations of notes and of phonemes, slurs
FIELDS = (
    "感受AP",
    "g an sh ou ou AP",
    "A#3/Bb3 A#3/Bb3 C4 C4 D4 rest",
    "0.3 0.3 0.2 0.2 0.3 0.2",
    "0.1 0.2 0.05 0.15 0.3 0.2",
    "0 0 0 0 1 0",
)


def build(folder):
    """Songs, their phrases and lists, and the terms."""
    lines = {}
    for song, name in enumerate(SONGS):
        sing(folder / "wavs" / f"{name}.wav", song=song)
        for kind, ending in (("midis", "midi"), ("textgrids", "TextGrid")):
            path = folder / kind / f"{name}.{ending}"
            path.parent.mkdir(exist_ok=True)
            path.touch()
        for number in range(1, 5):
            phrase = f"{name}{number:06d}"
            sing(folder / "segments" / "wavs" / f"{phrase}.wav", song=song)
            lines[phrase] = "|".join((phrase, *FIELDS))
    parts = {
        "transcriptions": lines,
        "train": [phrase for phrase in lines if phrase[:4] == SONGS[0]],
        "test": [phrase for phrase in lines if phrase[:4] == SONGS[1]],
    }
    for part, phrases in parts.items():
        text = "".join(f"{lines[phrase]}\n" for phrase in phrases)
        path = folder / "segments" / f"{part}.txt"
        path.write_text(text, encoding="utf-8")
    for name in ("TERMS_OF_ACCESS", "readme.md"):
        (folder / name).touch()
