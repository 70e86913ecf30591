"""A small singing synthesiser: the embedded corpus.

It stands in for real singing in first runs and tests. Figures on it say
nothing about real voices.
"""

from speechbrain_singer.synthesis.performance import HOP, SAMPLE_RATE
from speechbrain_singer.synthesis.recording import draw_recording, record
from speechbrain_singer.synthesis.singer import draw_singer
from speechbrain_singer.synthesis.song import draw_song
from speechbrain_singer.synthesis.synthesiser import Take, sing, synthesise
from speechbrain_singer.synthesis.technique import TECHNIQUES

__all__ = [
    "HOP",
    "SAMPLE_RATE",
    "TECHNIQUES",
    "Take",
    "draw_recording",
    "draw_singer",
    "draw_song",
    "record",
    "sing",
    "synthesise",
]
