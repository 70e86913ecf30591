"""Miniatures of corpora, laid out as their authors lay them out.

A module a corpus, with `build(folder)`: it makes the tree, with sound of the
synthesiser. Corpus tests and `test_recipes.py` run on them.
"""

from functools import cache
from pathlib import Path

import soundfile
import torchaudio

from speechbrain_singer.synthesis import (
    SAMPLE_RATE,
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

SECONDS = 1.0


def sing(path, singer=0, song=0, rate=SAMPLE_RATE):
    """Writes a second of singing.

    Arguments
    ---------
    path : str or Path
        Its folder is made; its ending says in which format.
    singer, song : int
        Numbers of them: each singer sounds the same in all files.
    rate : int
        Hz.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, _waveform(singer, song, rate), rate)


@cache
def _waveform(singer, song, rate):
    take = Take(
        draw_singer(1, singer),
        draw_song(1, song, 1.2 * SECONDS),
        draw_recording(1, singer, song),
    )
    waveform = synthesise([take], SECONDS)[0]
    return torchaudio.functional.resample(waveform, SAMPLE_RATE, rate).numpy()
