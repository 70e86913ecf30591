"""A band for a voice that nobody composed it for."""

import numpy as np
import torch

from speechbrain_singer.synthesis.accompaniment import accompany
from speechbrain_singer.synthesis.band import draw_band
from speechbrain_singer.synthesis.recording import draw_recording
from speechbrain_singer.synthesis.singer import draw_singer
from speechbrain_singer.synthesis.song import draw_song
from speechbrain_singer.synthesis.synthesiser import Take


def play(seed, index, seconds):
    """The band of a song plays without its singer.

    Arguments
    ---------
    seed : int
        Names the repertoire.
    index : int
        Names the song in it.
    seconds : float

    Returns
    -------
    waveform : torch.Tensor
        [time] at 44.1 kHz; of no level in particular.

    Example
    -------
    >>> play(1, 7, 2.0).shape
    torch.Size([88200])
    """
    # The pace is a singer's; the fastest is a tenth faster than written
    song = draw_song(seed, index, 1.2 * seconds)
    take = Take(draw_singer(seed, index), song, draw_recording(seed, index))
    rng = np.random.default_rng([seed, 6, index])
    band = draw_band(seed, index)
    return torch.from_numpy(accompany(song, band, take.time(seconds), rng))
