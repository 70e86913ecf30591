"""Persons who sing: a voice, and what it does from recording to recording."""

from dataclasses import replace

import numpy as np

from speechbrain_singer.synthesis.recording import draw_recording
from speechbrain_singer.synthesis.singer import draw_singer
from speechbrain_singer.synthesis.song import draw_song
from speechbrain_singer.synthesis.synthesiser import Take, synthesise


def person_sex(seed, index):
    """ "female" or "male"."""
    return draw_singer(seed, index).sex


def record_person(seed, index, recordings, seconds):
    """Recordings of a person: float32, [recordings, time] at 44.1 kHz."""
    singer = draw_singer(seed, index)
    rng = np.random.default_rng([seed, 9, index])
    songs = rng.integers(0, 2000, recordings)
    takes = [
        Take(
            replace(singer, centre=singer.centre + rng.normal(0, 3)),
            draw_song(seed, int(song), 1.2 * seconds),
            draw_recording(seed, index, j),
        )
        for j, song in enumerate(songs)
    ]
    return synthesise(takes, seconds)
