"""iKala: 9 clips of 252, with mirdata's index of ten."""

import numpy as np
import soundfile

from replicas import sing
from replicas.mirdata_index import write_index

# Song -> who sings it
SINGERS = {
    "10161": 1,
    "21025": 1,
    "10164": 2,
    "21031": 2,
    "10170": 3,
    "21035": 3,
    "10174": 4,
    "21038": 4,
}
CLIPS = [f"{song}_chorus" for song in SINGERS] + ["10161_verse"]
MISSING = "10164_verse"


def build(folder):
    tracks = {name: files_of(name) for name in [*CLIPS, MISSING]}
    write_index(folder / "ikala_index_2.0.json", tracks)
    lines = [f"{singer}\t{song}" for song, singer in SINGERS.items()]
    text = "\n".join(["singer\tsongid", *lines])
    (folder / "id_mapping.txt").write_text(text)
    for name in CLIPS:
        song = name.split("_")[0]
        record(folder / files_of(name)["audio"], SINGERS[song], int(song) % 97)


def record(path, singer, song):
    """Writes music on the left, the voice on the right."""
    sing(path, singer=singer, song=song)
    voice, rate = soundfile.read(path)
    music = np.sin(2 * np.pi * 110 * np.arange(len(voice)) / rate) / 4
    soundfile.write(path, np.stack([music, voice], axis=1), rate)


def files_of(name):
    return {
        "audio": f"Wavfile/{name}.wav",
        "pitch": f"PitchLabel/{name}.pv",
        "lyrics": f"Lyrics/{name}.lab",
        "notes_pyin": f"ikala-pyin-notes/{name}_vamp_pyin_pyin_notes.csv",
    }
