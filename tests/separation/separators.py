"""Separators whose results one can tell by hand."""

import torch

RATE = 8000


class Identity:
    """All is vocals."""

    sample_rate, stems = RATE, ("vocals",)

    def __call__(self, mixture):
        return mixture[:, None]


class Shares:
    """Stems that add up to the mixture, sample by sample."""

    sample_rate, stems = RATE, ("drums", "vocals", "other")

    def __call__(self, mixture):
        bent = mixture.sin()
        return torch.stack([mixture / 4, bent, mixture * 3 / 4 - bent], dim=1)


class Normalised(Shares):
    """Remembers what it was given."""

    normalised = True

    def __init__(self):
        self.given = []

    def __call__(self, mixture):
        self.given.append(mixture)
        return super().__call__(mixture)


class Loud:
    """Vocals beyond full scale, and what makes up for them."""

    sample_rate, stems = RATE, ("vocals", "other")

    def __call__(self, mixture):
        return torch.stack([4 * mixture, -3 * mixture], dim=1)


class Fickle:
    """Fails where the audio is as it should not be."""

    sample_rate, stems = RATE, ("vocals", "other")

    def __call__(self, mixture):
        if mixture.max() > 0.9:
            raise RuntimeError("too hot")
        if mixture.min() < -0.9:
            return torch.full((len(mixture), 2, *mixture.shape[1:]), torch.nan)
        return torch.stack([mixture, mixture], dim=1)
