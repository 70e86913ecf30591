"""A small singing synthesiser: the embedded corpus.

A stand-in for real singing, so that every first run and every test has a
corpus: figures on it are no claims about real voices.
"""

from speechbrain_singer.synthesis.performance import HOP, SAMPLE_RATE
from speechbrain_singer.synthesis.recording import draw_recording, record
from speechbrain_singer.synthesis.singer import draw_singer
from speechbrain_singer.synthesis.song import draw_song
from speechbrain_singer.synthesis.synthesiser import Take, sing, synthesise

__all__ = [
    "HOP",
    "SAMPLE_RATE",
    "Take",
    "draw_recording",
    "draw_singer",
    "draw_song",
    "record",
    "sing",
    "synthesise",
]
