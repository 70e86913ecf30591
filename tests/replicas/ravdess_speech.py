"""Audio_Speech_Actors_01-24.zip, of four actors."""

from itertools import product

from replicas import sing

ACTORS = (1, 2, 3, 4)


def build(folder):
    """As the archive unpacks, two emotions of eight."""
    for actor, emotion, statement in product(ACTORS, (1, 8), (1, 2)):
        fields = (3, 1, emotion, 1, statement, 1, actor)
        name = "-".join(f"{field:02d}" for field in fields)
        path = folder / f"Actor_{actor:02d}" / f"{name}.wav"
        sing(path, singer=actor, song=statement, rate=48000)
