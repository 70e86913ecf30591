"""Transforms of other libraries, called as ours are."""

import inspect
import random
from contextlib import contextmanager

import numpy as np
import torch

from speechbrain_singer.augment.draws import integers


class External(torch.nn.Module):
    """Makes a transform of SpeechBrain or torch-audiomentations one of ours.

    They draw from the global generators of PyTorch, NumPy and Python. These
    are seeded by ours meanwhile, and are then as they were, so that a run can
    be repeated. That seed is read on the host: a device is waited for.

    Arguments
    ---------
    module : torch.nn.Module
        A part of `speechbrain.augment`, called on [batch, time], or on that
        and relative lengths where it takes any; or one of
        `torch_audiomentations`, called on [batch, 1, time] and the sample
        rate. It must keep the shape. Let it do its work each time, as by
        `p: 1.0`: who gets it is drawn by `Chain`.
    sample_rate : int
        In Hz.

    Example
    -------
    >>> from speechbrain.augment.time_domain import DropChunk
    >>> drop = External(DropChunk(drop_length_low=99, drop_length_high=99))
    >>> wavs = torch.ones(2, 44100)
    >>> parameters = drop.draw(wavs, torch.Generator().manual_seed(1))
    >>> bool((drop.apply(wavs, parameters) == 0).any())
    True
    """

    on_host = True

    def __init__(self, module, sample_rate=44100):
        super().__init__()
        self.module = module
        self.sample_rate = sample_rate
        self._takes = inspect.signature(module.forward).parameters

    def draw(self, wavs, generator):
        """A seed per example; that of the first is the whole batch's."""
        return {"seed": integers(wavs, generator, 2**32)}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time].

        Raises
        ------
        ValueError
            If the module changes the shape.
        """
        with _seeded(parameters["seed"][0].item(), wavs.device):
            # A copy, as some work in place
            changed = self._call(wavs.clone())
        if changed.shape != wavs.shape:
            raise ValueError(
                f"{type(self.module).__name__} makes {list(changed.shape)} of "
                f"[batch, time] {list(wavs.shape)}: only transforms that keep "
                "the shape can be used here"
            )
        return changed

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
def _seeded(seed, device):
    """Seeds all global generators, and puts them back as they were."""
    on_gpu = device.type == "cuda"
    python, numpy = random.getstate(), np.random.get_state()
    with torch.random.fork_rng([device] if on_gpu else []):
        # torch.manual_seed would seed devices that are not put back
        torch.default_generator.manual_seed(seed)
        if on_gpu:
            with torch.cuda.device(device):
                torch.cuda.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)
