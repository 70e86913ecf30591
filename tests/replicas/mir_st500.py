"""MIR-ST500 as the authors' programs leave it, six songs of it."""

import json

from replicas import sing

SONGS = {"train": (1, 2, 3, 400), "test": (401, 500)}


def build(folder):
    """`train/<id>/`, `test/<id>/`, and the folder of annotations."""
    notes = {}
    for part, songs in SONGS.items():
        for song in songs:
            below = folder / part / str(song)
            sing(below / "Vocal.wav", singer=song, song=song)
            # Stands for the mixture: of the same length, of another sound
            sing(below / "Mixture.wav", singer=song, song=song + 1)
            sing(below / "Inst.wav", singer=song + 1, song=song)
            notes[str(song)] = [[0.1, 0.4, 60], [0.4, 0.9, 62]]
    dated = folder / "MIR-ST500_20210206"
    dated.mkdir()
    (dated / "MIR-ST500_corrected.json").write_text(json.dumps(notes))
    links = {song: f"https://example.org/{song}" for song in notes}
    (dated / "MIR-ST500_link.json").write_text(json.dumps(links))
    (dated / "metadata.csv").write_text(
        "song_id,youtube_link,orig_id,labeler,verifier\n"
    )
