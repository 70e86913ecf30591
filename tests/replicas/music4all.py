"""The archive and what open-unmix makes of it: twelve songs of four artists."""

from replicas import sing

ARTISTS = ("Cheryl", 'The "Who"', "Ann", "Zoë")
LANGUAGES = ("en", "pt", "es")
SONGS = 3


def id_of(artist, song):
    """As long as theirs, which have 16 letters and digits."""
    return f"{artist}{song}09fFIM1eYThaPg"


def songs():
    return [(a, s) for a in range(len(ARTISTS)) for s in range(SONGS)]


def build(folder):
    write_tables(folder)
    (folder / "lyrics").mkdir()
    for artist, song in songs():
        name = id_of(artist, song)
        sing(folder / "audios" / f"{name}.mp3", singer=artist, song=song)
        (folder / "lyrics" / f"{name}.txt").touch()
        vocals = folder / "umx" / f"{name}_umxl" / "vocals.wav"
        sing(vocals, singer=artist, song=song)


def write_tables(folder):
    rows, languages = ["id\tartist\tsong\talbum_name"], ["id\tlang"]
    for artist, song in songs():
        name = ARTISTS[artist]
        if '"' in name:  # as pandas writes it
            name = '"{}"'.format(name.replace('"', '""'))
        row = [id_of(artist, song), name, f"Song {song}", f"Album {song // 2}"]
        rows.append("\t".join(row))
        languages.append(f"{row[0]}\t{LANGUAGES[song]}")
    for name, lines in (("information", rows), ("lang", languages)):
        text = "\n".join(lines) + "\n"
        (folder / f"id_{name}.csv").write_text(text, encoding="utf-8")
