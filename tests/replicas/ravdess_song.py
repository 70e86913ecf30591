"""Audio_Song_Actors_01-24.zip, of four actors."""

from itertools import product

from replicas import sing

ACTORS = (1, 2, 3, 4)
TWO = (1, 2)


def build(folder):
    """As the archive unpacks, two emotions of six."""
    for actor, emotion, statement, take in product(
        ACTORS, (1, 2), (1, 2), (1,)
    ):
        fields = (3, 2, emotion, 1, statement, take, actor)
        name = "-".join(f"{field:02d}" for field in fields)
        path = folder / f"Actor_{actor:02d}" / f"{name}.wav"
        sing(path, singer=actor, song=statement, rate=48000)
