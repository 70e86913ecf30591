import numpy as np
import torch

from speechbrain_singer.synthesis.compressor import compress


def test_levels_are_those_of_the_formula():
    # Two steady levels: -20 and 0 dB, an RMS of -3 dB over both
    quiet, loud = 0.1 * torch.ones(44100), torch.ones(44100)
    threshold, ratio = -12.0, 3.0
    voice = compress(torch.cat([quiet, loud]), threshold, ratio)
    rms = 10 * np.log10((0.01 + 1) / 2)
    over = 0 - (rms + threshold)
    expected = 10 ** (-(over - over / ratio) / 20)
    assert abs(float(voice[66150]) - expected) < 1e-4
    over = -20 - (rms + threshold)
    assert over < 0
    assert abs(float(voice[22050]) - 0.1) < 1e-6


def test_silence_stays_silent():
    assert torch.equal(compress(torch.zeros(9000), -10, 4), torch.zeros(9000))
