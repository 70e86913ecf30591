"""fma_metadata.zip and fma_small.zip, twelve tracks of four artists.

Beside them lie Deezer's splits and what demucs makes of nine tracks.
"""

import csv
import json

from replicas import sing

# As in the table: the name of an index, and texts with line breaks
HEADERS = [
    ",album,album,artist,artist,artist,set,set,track,track".split(","),
    ",id,title,bio,id,name,split,subset,genre_top,title".split(","),
    "track_id,,,,,,,,,".split(","),
]
ARTISTS = {"1": "AWOL", "6": "Kurt Vile", "58": "Alec K.", "64": "Café"}
SPLITS = {"1": "training", "6": "training", "58": "validation", "64": "test"}
BIO = '<p>It said: "we sing",\r\nand\nsang.</p>'


def tracks():
    """ID, artist, album and number of the song."""
    for place, artist in enumerate(ARTISTS):
        for song in range(3):
            # The second of them is on no album
            album = -1 if song == 1 else 10 * place + song
            yield 2 + 33_000 * place + song, artist, album, song


def build(folder, rate=44100):
    write_table(folder / "fma_metadata" / "tracks.csv")
    for number, (track, _, _, song) in enumerate(tracks()):
        name = f"{track:06d}"
        path = folder / "fma_small" / name[:3] / f"{name}.mp3"
        singer = number // 3
        sing(path, singer=singer, song=song, rate=rate)
        if song < 2:
            stems = folder / "stems" / "htdemucs" / name
            sing(stems / "vocals.wav", singer=singer, song=song, rate=rate)
            sing(stems / "no_vocals.wav", singer=9, song=song, rate=rate)
    # One of the clips that hold nothing
    (folder / "fma_small" / "133").mkdir()
    (folder / "fma_small" / "133" / "133297.mp3").touch()
    write_splits(folder / "splits")


def write_table(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows(HEADERS)
        for track, artist, album, song in tracks():
            row = [track, album, f"Album {album}", BIO, artist]
            row += [ARTISTS[artist], SPLITS[artist], "small", "Rock"]
            writer.writerow([*row, f"Song {song}"])
        # In no archive but the large ones; without a title
        writer.writerow(
            (155320, 9, "", "", 64, "Café", "test", "large", "", "")
        )
        writer.writerow(
            (133297, 9, "A", BIO, 64, "Café", "test", "small", "Rock", "Gone")
        )


def write_splits(folder):
    """Of two artists; a track of the test is in no archive here."""
    parts = {"train": {}, "val": {}, "test": {}}
    for artist, first in (("1", 2), ("6", 33_002)):
        files = [f"{first + song:06d}.mp3" for song in range(4)]
        entries = [{"file_id": f, "vocal_segs": [0, 6]} for f in files]
        parts["train"][artist] = {"track": entries[:2]}
        parts["val"][artist] = {"track": entries[2]}
        parts["test"][artist] = {"track": entries[3]}
    (folder / "FMA").mkdir(parents=True)
    for part, singers in parts.items():
        path = folder / "FMA" / f"fma_{part}_set.json"
        path.write_text(json.dumps(singers))
