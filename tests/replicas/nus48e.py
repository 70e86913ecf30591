"""The archive of NUS-48E, of four singers with two songs of four."""

from replicas import sing

# Singers share songs, but not all
SONGS = {
    "ADIZ": ("01", "09"),
    "JLEE": ("05", "09"),
    "MCUR": ("01", "17"),
    "ZHIY": ("05", "17"),
}


def build(folder):
    """Each song sung and read, with the times of its sounds."""
    root = folder / "nus-smc-corpus_48"
    for number, (singer, songs) in enumerate(SONGS.items()):
        for voice in ("sing", "read"):
            for song in songs:
                path = root / singer / voice / f"{song}.wav"
                sing(path, singer=number, song=int(song))
                path.with_suffix(".txt").write_text("0.0 1.0 sil\n")
    (root / "README.txt").touch()
