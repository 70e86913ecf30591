"""DAMP, of four singers, and its tables.

Each m4a is a stub: what ffmpeg would make of it lies where it is converted to.
"""

import os

from replicas import sing

SINGERS = {"360": "F", "1157": "M", "24310": "F", "170011": "M"}
SONGS = ("_closing_time", "_let_it_go", "_just_the_way_you_are_bm")


def build(folder):
    """`sing/audio/<singer>_<performance>.m4a`, three performances of each."""
    performances = ["perf_key,plyrid,songid"]
    players = ["plyrid,gender"]
    for number, (singer, sex) in enumerate(SINGERS.items()):
        players.append(f"{singer},{sex}")
        for song, name in enumerate(SONGS):
            key = f"{singer}_{26934219 + 7 * number + song}"
            performances.append(f"{key},{singer},{name}")
            write_m4a(folder, f"sing/audio/{key}.m4a", number, song)
    write_table(folder / "sing" / "perfs.csv", performances)
    write_table(folder / "sing" / "players.csv", players)


def write_m4a(folder, name, singer, song):
    """Writes a stub, and the FLAC that is made of it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\0\0\0\x20ftypM4A ")
    flac = folder / ".converted" / f"{name}.flac"
    sing(flac, singer=singer, song=song, rate=22050)
    # What is converted has its source's time
    os.utime(flac, ns=(path.stat().st_mtime_ns,) * 2)


def write_table(path, lines):
    """Writes the lines of a CSV file."""
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
