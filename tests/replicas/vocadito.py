"""vocadito.zip: 8 excerpts of 40, with mirdata's index of all."""

from replicas import sing
from replicas.mirdata_index import write_index

# Who sings excerpts 1 to 40: the authors' table
SINGERS = (
    "1 2 1 3 4 5 6 1 6 7 8 9 10 11 12 6 12 13 14 15 16 17 18 19 20 21 22 21 23 "
    "24 23 25 26 27 28 28 29 29 29 9"
).split()
EXCERPTS = (1, 3, 7, 9, 12, 40, 15, 17)
NOTES = {
    "A1": "0.1,440.0,0.3\n0.5,220.0,0.25\n",
    "A2": "0.1,440.0,0.7\n0.8,220.0,0.1\n",
}


def build(folder):
    tracks = {str(n): files_of(n) for n in range(1, 41)}
    write_index(folder / "vocadito_index_1.0.json", tracks)
    lines = ["track_id,singer_id,average_pitch,language"]
    lines += [f"{n},S{s},57,Tagalog" for n, s in enumerate(SINGERS, 1)]
    (folder / "vocadito_metadata.csv").write_text("\n".join(lines) + "\n")
    for number in EXCERPTS:
        files = files_of(number)
        singer = int(SINGERS[number - 1])
        sing(folder / files["audio"], singer=singer, song=number)
        for annotator, notes in NOTES.items():
            path = folder / files[f"notes{annotator}"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(notes)


def files_of(number):
    """What mirdata's index says of an excerpt."""
    stem = f"vocadito_{number}"
    notes = f"Annotations/Notes/{stem}_notes"
    return {
        "audio": f"Audio/{stem}.wav",
        "f0": f"Annotations/F0/{stem}_f0.csv",
        "notesA1": f"{notes}A1.csv",
        "notesA2": f"{notes}A2.csv",
        "lyrics": f"Annotations/Lyrics/{stem}_lyrics.txt",
    }
