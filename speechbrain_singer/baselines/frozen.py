"""What the encoders made of a published network have in common."""

import torch

from speechbrain_singer.baselines.batches import Baseline

# Longer recordings go through the network in windows of this length at most
WINDOW_SECONDS = 20

# How much audio goes through it at once: 1.5 GB in a transformer's front end
_SECONDS_AT_ONCE = 60


class FrozenEncoder(Baseline):
    """A published network as an encoder: frozen, and in bounded memory.

    What is longer than `WINDOW_SECONDS` is encoded in windows of equal length,
    and its embedding is the mean of theirs. For a mean over time that is what
    the whole would give, but for what the network hears across the borders;
    for a speaker embedding it is the usual average over segments.

    A class that derives from this one builds its network, calls `freeze` and
    defines `embed`.

    Example
    -------
    >>> class Scaled(FrozenEncoder):
    ...     def __init__(self):
    ...         super().__init__(sample_rate=16000, dimension=1, min_samples=1)
    ...         self.gain = torch.nn.Parameter(torch.tensor(2.0))
    ...         self.freeze()
    ...
    ...     def embed(self, wavs):
    ...         return self.gain * wavs.mean(dim=1, keepdim=True)
    >>> wavs = torch.randn(2, 100)
    >>> Scaled().encode_batch(wavs, torch.tensor([0.5, 1.0])).shape
    torch.Size([2, 1, 1])
    """

    def freeze(self):
        """Evaluation mode, float32 and no gradients."""
        self.float().eval().requires_grad_(False)

    def prepare(self, wavs):
        """What is done to whole recordings, [rows, time], before `embed`."""
        return wavs

    def _encode(self, wavs):
        longest = WINDOW_SECONDS * self.sample_rate
        count = -(-wavs.shape[1] // longest)
        windows = self.prepare(wavs).tensor_split(count, dim=1)
        return torch.stack([self._few_at_once(w) for w in windows]).mean(dim=0)

    def _few_at_once(self, wavs):
        rows = max(1, _SECONDS_AT_ONCE * self.sample_rate // wavs.shape[1])
        return torch.cat([self.embed(few) for few in wavs.split(rows)])
