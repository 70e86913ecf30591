"""Waveforms from users: arrays and tensors, checked row by row."""

import numpy as np
import torch

from speechbrain_singer.dataio.audio import AudioError


def as_batch(wavs):
    """A batch of waveforms as the encoder takes it.

    Arguments
    ---------
    wavs : torch.Tensor or np.ndarray
        [batch, time] or [time], floating point.

    Returns
    -------
    wavs : torch.Tensor
        [batch, time], float32.

    Raises
    ------
    TypeError
        If it is not an array or a tensor of floating point numbers.
    ValueError
        If it has another number of dimensions, or is empty.
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


def lengths_in_samples(wavs, wav_lens):
    """The length of each row of a padded batch.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    wav_lens : torch.Tensor or list of float, optional
        [batch], relative to the longest, in (0, 1].

    Returns
    -------
    lengths : list of int

    Raises
    ------
    ValueError
        If there is not one length in (0, 1] for each row.

    Example
    -------
    >>> lengths_in_samples(torch.zeros(2, 100), torch.tensor([0.5, 1.0]))
    [50, 100]
    """
    if wav_lens is None:
        return [wavs.shape[1]] * len(wavs)
    wav_lens = torch.as_tensor(wav_lens, dtype=torch.float64)
    valid = wav_lens.shape == (len(wavs),)
    if not valid or not ((wav_lens > 0) & (wav_lens <= 1)).all():
        raise ValueError(
            f"wav_lens must be {len(wavs)} relative lengths in (0, 1], not "
            f"{wav_lens.tolist()}"
        )
    return (wav_lens * wavs.shape[1]).round().long().tolist()
