"""OpenSinger, of two men and two women, who have the same numbers."""

from itertools import product

from replicas import sing

SONGS = ("一次就好", "左边")


def build(folder):
    """With the transcripts beside the phrases."""
    people = product(("ManRaw", "WomanRaw"), (0, 1))
    for number, (part, singer) in enumerate(people):
        for song, title in enumerate(SONGS):
            name = f"{singer}_{title}"
            for phrase in (0, 1):
                path = folder / part / name / f"{name}_{phrase}.wav"
                sing(path, singer=number, song=2 * song + phrase, rate=24000)
                path.with_suffix(".txt").write_text(title, encoding="utf-8")
                path.with_suffix(".lab").write_text("yi", encoding="utf-8")
    for name in ("LICENSE", "README.md"):
        (folder / name).touch()
