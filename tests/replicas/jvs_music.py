"""jvs_music_ver1.zip, of four singers."""

from replicas import sing

HEAD = "singer gender key_group tempo key_singer unique_song_name"
TABLE = [
    "jvs001 m mid 92 7 はとぽっぽ",
    "jvs002 f high 88 2 もみじ",
    "jvs003 m low 92 5 もみじ",
    "jvs004 f mid 100 9 うみ",
]


def build(folder):
    """With the table, and folders of what listeners said."""
    for number, line in enumerate(TABLE):
        singer, *_, title = line.split()
        for version in ("raw", "modified", "modified_grouped"):
            path = folder / singer / "song_common" / "wav" / f"{version}.wav"
            sing(path, singer=number, song=0, rate=24000)
        song = 1 + len(title)
        path = folder / singer / "song_unique" / "wav" / "raw.wav"
        sing(path, singer=number, song=song, rate=24000)
    text = "\n".join((HEAD, *TABLE, ""))
    (folder / "singer_info.txt").write_text(text, encoding="utf-8")
    for name in ("README.txt", "similarity/1.csv", "oneness/1.csv"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
