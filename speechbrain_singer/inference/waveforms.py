"""Waveforms from users: arrays and tensors, checked row by row."""

import numpy as np
import torch

from speechbrain_singer.dataio.audio import AudioError


def as_batch(wavs):
    """[batch, time], float32, of an array or a tensor, also of [time].

    Raises
    ------
    TypeError
        If it is not an array or a tensor of floating point numbers.
    ValueError
        If it has other dimensions, or is empty.
    AudioError
        If a row holds samples that are not finite.

    Example
    -------
    >>> as_batch(np.zeros(100)).shape
    torch.Size([1, 100])
    """
    if isinstance(wavs, np.ndarray):
        wavs = torch.from_numpy(wavs)
    if not isinstance(wavs, torch.Tensor):
        raise TypeError(
            "waveforms must be a tensor or an array, not "
            f"{type(wavs).__name__}; for files there is encode_file"
        )
    if not wavs.is_floating_point():
        raise TypeError(
            f"waveforms must be floating point, not {wavs.dtype}: divide "
            "integers by their full scale, 32768 for 16 bits"
        )
    if wavs.dim() == 1:
        wavs = wavs.unsqueeze(0)
    if wavs.dim() != 2 or wavs.numel() == 0:
        raise ValueError(
            "waveforms must be [batch, time] or [time] and not empty, not "
            f"{list(wavs.shape)}; of several channels take the mean"
        )
    wavs = wavs.float()
    finite = wavs.detach().sum(dim=1).isfinite()
    if not finite.all():
        row = int(finite.logical_not().nonzero()[0])
        raise AudioError(f"row {row}: holds samples that are NaN or infinite")
    return wavs


def as_mono(waveform):
    """[time], float32, of [channels, time] or [time]: the mean of the channels.

    Raises
    ------
    TypeError, AudioError
        As `as_batch`.
    ValueError
        If there are more channels than samples, or as `as_batch`.

    Example
    -------
    >>> as_mono(np.zeros((2, 100))).shape
    torch.Size([100])
    """
    channels = as_batch(waveform)
    if len(channels) > channels.shape[1]:
        raise ValueError(
            f"the waveform is {list(channels.shape)}, but the layout is "
            "[channels, time]: transpose what soundfile reads (waveform.T)"
        )
    return channels.mean(dim=0)
