"""MIR-1K, four singers with two songs of two clips."""

from itertools import product

import numpy as np
import soundfile

from replicas import sing

SINGERS = ("abjones", "amy", "Ani", "bug")


def build(folder):
    """The accompaniment is another voice here, an octave of numbers away."""
    for number, (name, song) in enumerate(product(SINGERS, (1, 2))):
        singer = SINGERS.index(name)
        parts = {
            f"Wavfile/{name}_{song}_01": number,
            f"Wavfile/{name}_{song}_02": number + 20,
            f"UndividedWavfile/{name}_{song}": number,
        }
        for part, tune in parts.items():
            _sing_stereo(folder / f"{part}.wav", singer, tune)
        for clip in ("01", "02"):
            clip = f"{name}_{song}_{clip}"
            texts = f"PitchLabel/{clip}.pv", f"Lyrics/{clip}.txt"
            for path in (*texts, f"vocal-nonvocalLabel/{clip}.vocal"):
                (folder / path).parent.mkdir(exist_ok=True)
                (folder / path).touch()
            sing(folder / "LyricsWav" / f"{clip}.wav", singer, 0, 16000)


def _sing_stereo(path, singer, song):
    stems = []
    for channel, who in enumerate((singer + 8, singer)):
        stem = path.with_suffix(f".{channel}.wav")
        sing(stem, who, song, 16000)
        stems.append(soundfile.read(stem)[0])
        stem.unlink()
    soundfile.write(path, np.stack(stems, axis=1), 16000)
