"""Transforms of other libraries, called as ours are."""

import inspect
import random
from contextlib import contextmanager

import numpy as np
import torch

from speechbrain_singer.augment.draws import seeds
from speechbrain_singer.checks import check_whole


class External(torch.nn.Module):
    """Makes a transform of SpeechBrain or torch-audiomentations one of ours.

    Such transforms draw from the global generators of PyTorch, NumPy and
    Python. These are seeded for each example, and put back afterwards. So the
    transform is called on one example after the other: each has a draw of its
    own, also of what the library draws once for a batch. On a GPU the module
    may wait for the device.

    Not for modules that mix examples (SpeechBrain's `CutCat`), as each is alone
    here. Nor for those that keep something from call to call: a view would
    hang on those before it (SpeechBrain's `FastDropChunk` keeps its masks, its
    `AddNoise` and `AddReverb` their place in a list of files).

    Arguments
    ---------
    module : torch.nn.Module
        A part of `speechbrain.augment`, called on [1, time], or on that and
        relative lengths where it takes any; or one of
        `torch_audiomentations`, called on [1, 1, time] and the sample rate.
        It must keep the shape, and should do its work each time (`p: 1.0`):
        `Chain` draws who gets it.
    sample_rate : int
        In Hz.

    Raises
    ------
    ValueError
        If the sample rate is no whole number above 0.

    Example
    -------
    >>> from speechbrain.augment.time_domain import DropChunk
    >>> from speechbrain_singer.augment.streams import Streams
    >>> drop = External(DropChunk(drop_length_low=99, drop_length_high=99))
    >>> wavs = torch.ones(2, 44100)
    >>> parameters = drop.draw(wavs, Streams([1, 2]))
    >>> bool((drop.apply(wavs, parameters) == 0).any())
    True
    """

    def __init__(self, module, sample_rate=44100):
        super().__init__()
        check_whole("sample rate in Hz", sample_rate, least=1)
        self.module = module
        self.sample_rate = sample_rate
        self._takes = inspect.signature(module.forward).parameters

    def draw(self, wavs, streams):
        """A seed per example."""
        return {"seed": seeds(wavs, streams)}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time], of the same precision.

        Raises a ValueError if the module changes the shape.
        """
        each = zip(
            wavs.split(1), parameters["seed"][:, 0].tolist(), strict=True
        )
        with _global_generators_kept(wavs.device):
            return torch.cat([self._change(wav, seed) for wav, seed in each])

    def _change(self, wav, seed):
        """A clip, [1, time]."""
        _seed_global_generators(seed, wav.device)
        # A copy, as some work in place
        changed = self._call(wav.clone())
        if changed.shape != wav.shape:
            raise ValueError(
                f"{type(self.module).__name__} makes {list(changed.shape)} of "
                f"[1, time] {list(wav.shape)}: only transforms that keep the "
                "shape can be used here"
            )
        return changed.to(wav.dtype)

    def _call(self, wavs):
        if "samples" in self._takes:  # torch-audiomentations
            changed = self.module(wavs[:, None], sample_rate=self.sample_rate)
            # A dict with output_type="dict", and in its later releases
            return getattr(changed, "samples", changed).squeeze(1)
        if "lengths" in self._takes:
            lengths = torch.ones(len(wavs), device=wavs.device)
            changed = self.module(wavs, lengths)
        else:
            changed = self.module(wavs)
        return changed[0] if isinstance(changed, tuple) else changed


@contextmanager
def _global_generators_kept(device):
    """Puts all global generators back as they were."""
    python, numpy = random.getstate(), np.random.get_state()
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)


def _seed_global_generators(seed, device):
    # torch.manual_seed would seed devices that are not put back
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        with torch.cuda.device(device):
            torch.cuda.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)  # all that it takes
