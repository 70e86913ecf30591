"""A corpus of somebody's own: `songs.csv` with headers of theirs."""

from replicas import sing

ARTISTS = ("Ann", "Bob", "Cleo", "Dan")
HEADERS = "file,artist_name,title,record,gender,bpm,duration"
NOTES = "onset,offset,pitch\n0.1,0.4,60\n0.5,0.9,62\n"


def build(folder):
    """Two songs of each artist; one more, whose file is missing."""
    lines = [HEADERS]
    for number, artist in enumerate(ARTISTS):
        sex = "FM"[number % 2]
        for song in (1, 2):
            file = f"audio/{artist.lower()} {song}.wav"
            sing(folder / file, singer=number, song=song)
            line = [file, artist, f"Song {song}", "First", sex, "90", "1:00"]
            lines.append(",".join(line))
    lines.append("audio/lost.wav,Ann,Lost,First,F,90,1:00")
    (folder / "songs.csv").write_text("\n".join(lines) + "\n")
