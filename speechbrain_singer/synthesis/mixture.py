"""A voice and a band, mixed: three files that add up."""

from dataclasses import dataclass

import numpy as np
import torch

from speechbrain_singer.synthesis.accompaniment import accompany
from speechbrain_singer.synthesis.synthesiser import synthesise

BALANCE = (-3.0, 6.0)  # dB of the voice above the band
_LOUDEST = 0.98  # of full scale
_STEPS = 2**15  # of 16 bit from 0 to full scale


@dataclass(frozen=True, eq=False)
class Stems:
    """One recording, in 16 bit.

    Arguments
    ---------
    vocals, accompaniment, mixture : np.ndarray
        int16, [time]; the first two add up to the third, exactly.
    """

    vocals: np.ndarray
    accompaniment: np.ndarray
    mixture: np.ndarray


def synthesise_mixture(take, band, seconds):
    """Sings, plays and mixes.

    Arguments
    ---------
    take : Take
    band : Band
    seconds : float

    Returns
    -------
    stems : Stems

    Example
    -------
    >>> from speechbrain_singer.synthesis import *
    >>> from speechbrain_singer.synthesis.band import draw_band
    >>> take = Take(draw_singer(1, 0), draw_song(1, 0, 2), draw_recording(1, 0))
    >>> stems = synthesise_mixture(take, draw_band(1, 0), 1.0)
    >>> bool((stems.vocals + stems.accompaniment == stems.mixture).all())
    True
    """
    rng = np.random.default_rng([take.recording.seed, 5])
    balance = rng.uniform(*BALANCE)
    band = accompany(take.song, band, take.time(seconds), rng)
    (voice,) = synthesise([take], seconds)
    return mix(voice, torch.from_numpy(band), balance)


def mix(voice, band, balance):
    """Mixes, and keeps everything below full scale.

    Arguments
    ---------
    voice, band : torch.Tensor
        [time]
    balance : float
        dB of the voice above the band, both over the whole recording.

    Returns
    -------
    stems : Stems

    Example
    -------
    >>> voice, band = torch.ones(4) / 2, torch.tensor([1.0, -1.0, 1.0, -1.0])
    >>> stems = mix(voice, band, 0.0)
    >>> (stems.mixture / 2**15).round(2).tolist()
    [0.98, 0.0, 0.98, 0.0]
    """
    power = voice.double().square().mean() / band.double().square().mean()
    band = band * float(power.sqrt() * 10 ** (-balance / 20))
    peak = max(float(x.abs().max()) for x in (voice, band, voice + band))
    scale = _STEPS * min(1.0, _LOUDEST / peak)
    steps = [(x * scale).round().short().numpy() for x in (voice, band)]
    return Stems(*steps, mixture=steps[0] + steps[1])
