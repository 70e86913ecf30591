"""C1.zip and C3.zip of MULTIVOX: two performances, with mirdata's index."""

import csv

from replicas import sing
from replicas.mirdata_index import write_index

MAMAINES = "C1_07052025_S1_MAMAINES_P6_S6"
AGUACERO = "C3_14052025_S1_AGUACERO_FRAGMENT_P6_S5"
# As the authors' table has them; nobody stands at S5 of the second
TABLE = [
    {
        "Song": "MAMAINES",
        "Path": MAMAINES,
        "Condition": "C1",
        "Facing_Direction": "C,C,C,C,C,C",
        "Singer_Roles": "S,S,S,N,S,S",
        "Gender": "M,M,F,F,F,F",
        "Nearfield_Files_Captured": "S1, S2, S3, S4, S5, S6, Sinstructor",
    },
    {
        "Song": "AGUACERO FRAGMENT",
        "Path": AGUACERO,
        "Condition": "C3",
        "Facing_Direction": "C,C,C,C,E,C",
        "Singer_Roles": "S,S,S,S,E,S",
        "Gender": "F,F,F,F,E,F",
        "Nearfield_Files_Captured": "S1, S2, S3, S4, S6",
    },
]
SHARED = {
    "Recording_Space": "Recording Studio",
    "Singing_Group": "Vocal Chamber Ensemble",
    "Locations_At_Circle": "6",
    "Singer_Height": "172,167,168,168,154,157",
    "Duration": "1.0",
}


def build(folder):
    tracks = {row["Path"]: files_of(row) for row in TABLE}
    name = "mirdata_multivox_index_1.0.json"
    write_index(folder / name, tracks, loader="multivox")
    with (folder / "metadata.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, [*TABLE[0], *SHARED])
        writer.writeheader()
        writer.writerows(row | SHARED for row in TABLE)
    for song, files in enumerate(tracks.values()):
        for singer, path in enumerate(files.values()):
            if path.endswith(".wav"):
                sing(folder / path, singer=singer, song=song)


def files_of(row):
    folder = f"{row['Condition']}/{row['Path']}"
    song = row["Song"].replace(" ", "_")
    files = {
        "audio_ortf_l": f"{folder}/audio_ORTF_L_Song1_{song}.wav",
        "audio_ortf_r": f"{folder}/audio_ORTF_R_Song1_{song}.wav",
        "video_360": f"{folder}/video360_{song}.mp4",
    }
    for place in row["Nearfield_Files_Captured"].split(", "):
        files[f"near_field_{place}"] = f"{folder}/{place}_Song1_{song}.wav"
    return files
