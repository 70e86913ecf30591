"""An encoder by hand, and voices that it tells apart."""

import torch

RATE = 8000


class Bands:
    """The shape of a spectrum: decibels of eight bands, without their mean."""

    sample_rate = RATE
    dimension = 8

    def __init__(self):
        self.longest_batch = 0

    def encode_batch(self, wavs, wav_lens=None):
        self.longest_batch = max(self.longest_batch, len(wavs))
        power = torch.fft.rfft(wavs).abs().square()[:, 1:]
        size = power.shape[1] // 8
        bands = power[:, : 8 * size].reshape(len(wavs), 8, size).mean(dim=2)
        decibels = 10 * torch.log10(bands + 1e-9)
        centred = decibels - decibels.mean(dim=1, keepdim=True)
        # As of encoders, all lie on one side
        return (centred + 40)[:, None]


def voice(seconds, tilt, seed=0):
    """[time], noise whose spectrum falls or rises, of level -20 dB."""
    generator = torch.Generator().manual_seed(seed)
    white = torch.randn(round(seconds * RATE), generator=generator)
    spectrum = torch.fft.rfft(white)
    spectrum *= torch.linspace(0.05, 1, len(spectrum)) ** tilt
    sound = torch.fft.irfft(spectrum, len(white))
    return 0.1 * sound / sound.square().mean().sqrt()


TILTS = {"ann": -1.0, "bob": 0.0, "eve": 1.0}


def song(*turns):
    """[time] of (singer, seconds) after another; None is a rest."""
    return torch.cat(
        [
            voice(seconds, TILTS[name], seed)
            if name
            else torch.zeros(round(seconds * RATE))
            for seed, (name, seconds) in enumerate(turns)
        ]
    )


def truth(*turns):
    """(start, stop, singer) of the same."""
    found, now = [], 0.0
    for name, seconds in turns:
        if name:
            found.append((now, now + seconds, name))
        now += seconds
    return found
