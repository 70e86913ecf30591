"""An EfficientNet before any training: what training has to improve on."""

import torch

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.synthesis import (
    SAMPLE_RATE,
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)

VOICES = 16  # synthesised, that batch normalisation takes its statistics of


class Untrained(SingerEncoder):
    """The encoder that training starts from, of random weights.

    Its batch normalisation is calibrated on synthesised voices, as it is on
    the corpus where training starts: without that it would give the same
    embedding for every clip.

    Arguments
    ---------
    seed : int
        Of the weights.
    window_seconds : float
        Long audio is encoded window by window, each as long as this.
    run_opts : dict, optional
        SpeechBrain's, for example `{"device": "cuda:0"}`.

    Example
    -------
    >>> Untrained(window_seconds=1.0).encode_batch(torch.randn(2, 44100)).shape
    torch.Size([2, 1, 1000])
    """

    def __init__(self, seed=0, window_seconds=4.0, run_opts=None):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            encoder = WaveformEncoder(LogMel(SAMPLE_RATE), EfficientNet())
        calibrate_batch_norm(encoder, _voices(window_seconds))
        super().__init__(
            {"encoder": encoder}, {"window_seconds": window_seconds}, run_opts
        )


def _voices(seconds):
    song = draw_song(0, 0, 1.2 * seconds)
    takes = [
        Take(draw_singer(0, i), song, draw_recording(0, i))
        for i in range(VOICES)
    ]
    return synthesise(takes, seconds)
