"""The authors' repository, with audio beside it: twelve tracks of four artists.

Three tracks are there in low quality only, and Deezer's splits are of two
artists.
"""

import json

from replicas import sing

HEAD = "TRACK_ID ARTIST_ID ALBUM_ID PATH DURATION TAGS".split()
TITLES = (
    "TRACK_ID ARTIST_ID ALBUM_ID TRACK_NAME ARTIST_NAME ALBUM_NAME RELEASEDATE "
    "URL"
).split()
TAGS = ["genre---rock", "instrument---voice", "mood/theme---energetic"]
TRACKS = (214, 215, 216, 382, 7400, 7401, 1009, 1010, 1011, 64009, 64010, 64011)
ARTISTS = ("artist_000014", "artist_000020", "artist_000072", "artist_016901")


def build(folder):
    write_tables(folder / "data")
    for place, track in enumerate(TRACKS):
        kind = "low.mp3" if place % 4 == 3 else "mp3"
        path = folder / "raw_30s" / "audio" / folder_of(track)
        sing(path / f"{track}.{kind}", singer=place // 3, song=place % 3)
    write_splits(folder / "splits")


def folder_of(track):
    return f"{track % 100:02d}"


def write_tables(folder):
    lines, titles = [HEAD], [TITLES]
    for place, track in enumerate(TRACKS):
        name = f"track_{track:07d}"
        ids = [name, ARTISTS[place // 3], f"album_{place // 2:06d}"]
        path = f"{folder_of(track)}/{track}.mp3"
        lines.append([*ids, path, "124.6", *TAGS[: 1 + place % 3]])
        title = [f"Song {place}", f"Band {place // 3}", "Album"]
        titles.append([*ids, *title, "2004-12-28", f"http://x.org/{track}"])
    # As in the authors' table: a lone mark, and an empty field too many
    titles[1][3] = '"Song 0'
    titles[2].insert(4, "")
    folder.mkdir()
    base = folder / "raw_30s_cleantags_50artists.tsv"
    # Where links are not known, a link is the text of where it leads
    (folder / "autotagging.tsv").write_text(base.name)
    for path, table in ((base, lines), (folder / "raw.meta.tsv", titles)):
        text = "".join("\t".join(line) + "\n" for line in table)
        path.write_text(text, encoding="utf-8")


def write_splits(folder):
    """Of two artists, under numbers; a track of the test is not there."""
    parts = {"train": {}, "val": {}, "test": {}}
    for singer, tracks in (
        ("14", (214, 215, 216, 9)),
        ("72", (1009, 1010, 1011, 64009)),
    ):
        files = [f"{folder_of(track)}/{track}.mp3" for track in tracks]
        entries = [{"file_id": f, "vocal_segs": [0, 6]} for f in files]
        parts["train"][singer] = entries[:2]
        parts["val"][singer], parts["test"][singer] = entries[2:]
    (folder / "mtg-jamendo-dataset").mkdir(parents=True)
    for part, singers in parts.items():
        path = folder / "mtg-jamendo-dataset" / f"mtg_{part}_set.json"
        path.write_text(json.dumps(singers))
