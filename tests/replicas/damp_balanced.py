"""DAMP-balanced, of seven singers: two in each part."""

from replicas.damp import write_m4a, write_table
from speechbrain_singer.corpora.damp_balanced import SONGS

# Singer -> the songs that they sang, from 1 on; one is in no part
SUNG = {
    "501": (1, 2, 3, 4, 5, 6),
    "502": (1, 2, 3, 4, 5, 6),
    "503": (7, 8, 9, 10),
    "504": (7, 8, 9, 10),
    "505": (11, 12, 13, 14),
    "506": (11, 12, 13, 14),
    "507": (1, 9),
}


def build(folder):
    """`audio/<singer>_<performance>.m4a` and `perfs.csv`."""
    lines = ["perf_key,plyrid,songid"]
    for number, (singer, songs) in enumerate(SUNG.items()):
        for song in songs:
            key = f"{singer}_{1000 + song}"
            name = "_" + SONGS[song - 1].replace(" ", "_")
            lines.append(f"{key},{singer},{name}")
            write_m4a(folder, f"audio/{key}.m4a", number, song)
    write_table(folder / "perfs.csv", lines)
