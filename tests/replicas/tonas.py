"""TONAS: 8 songs of 72, with mirdata's index of nine."""

from replicas import sing
from replicas.mirdata_index import write_index

DEBLA, MARTINETE = "En el barrio de Triana", "Martinete de Tío Juan"
# As the authors have it: the file's names have no space
TABLE = {
    "01-D_AMairena": ("Debla", DEBLA, "Antonio Mairena"),
    "03-D_Chocolate": ("Debla", DEBLA, "Chocolate"),
    "04-D_JAlmaden": ("Debla", DEBLA, "Jacinto Almadén"),
    "05-D_JHeredia": ("Debla", DEBLA, "Jesús Heredia"),
    "24-M1_AMairena-Martinete": ("Martinete 1", MARTINETE, "Antonio Mairena"),
    "26-M1_Chocolate-Martinete": ("Martinete 1", MARTINETE, "Chocolate"),
    "27-M1_J Almaden-Martinete": ("Martinete 1", MARTINETE, "Jacinto Almadén"),
    "28-M1_J Heredia-Martinete": ("Martinete 1", MARTINETE, "Jesús Heredia"),
    "69-M2_ElTorta": ("Martinete 2", MARTINETE, "El Torta"),
}
FOLDERS = {"D": "Deblas", "M1": "Martinetes1", "M2": "Martinetes2"}
MISSING = "69-M2_ElTorta"
# The tuning in cents; then onset, duration, MIDI pitch, energy
NOTES = "43.000000\n0.1, 0.3, 66.430000, 0.018\n0.5, 0.25, 67.430000, 0.010\n"


def build(folder):
    tracks = {name.replace(" ", ""): files_of(name) for name in TABLE}
    write_index(folder / "tonas_index_1.0.json", tracks)
    lines = ["Filename\tStyle\tTitle\tSinger (cantaor)\t\t"]
    lines += [
        "\t".join([f"{name}.wav", *row, "", ""]) for name, row in TABLE.items()
    ]
    text = "\r\n".join(lines) + "\r\n"
    (folder / "TONAS-Metadata.txt").write_text(text, encoding="utf-16")
    for number, (name, files) in enumerate(tracks.items()):
        if name != MISSING:
            sing(folder / files["audio"], singer=number % 4, song=number // 4)
            (folder / files["notes"]).write_text(NOTES)


def files_of(name):
    name = name.replace(" ", "")
    style = name.split("-")[1].split("_")[0]
    stem = f"{FOLDERS[style]}/{name}"
    return {
        "audio": f"{stem}.wav",
        "f0": f"{stem}.f0.Corrected",
        "notes": f"{stem}.notes.Corrected",
    }
