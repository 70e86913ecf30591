"""What users give to encode: arrays and tensors row by row, and files."""

import os

import numpy as np
import torch

from speechbrain_singer.dataio.audio import LOUDEST, SAMPLE_RATES, AudioError
from speechbrain_singer.dataio.mixing import channel_weights
from speechbrain_singer.dataio.streams import is_file_object
from speechbrain_singer.lobes.lengths import without_padding


def as_rows(wavs, wav_lens=None):
    """The waveforms of a batch, without padding.

    Arguments
    ---------
    wavs : torch.Tensor or np.ndarray or list
        [batch, time] or [time], or a list of [time], of different lengths too.
    wav_lens : torch.Tensor, optional
        As `without_padding` takes them; not of lists.

    Returns
    -------
    rows : list of torch.Tensor
        [time] each, float32.

    Raises
    ------
    TypeError, ValueError, AudioError
        As `as_batch`.

    Example
    -------
    >>> [len(row) for row in as_rows([np.zeros(100), torch.zeros(50)])]
    [100, 50]
    """
    if not isinstance(wavs, (list, tuple)):
        batch = as_batch(wavs, "row {} of the batch")
        return without_padding(batch, wav_lens)
    if wav_lens is not None:
        raise ValueError("a list of waveforms has no padding: no wav_lens")
    if not wavs:
        raise ValueError("there are no waveforms in the list")
    rows = []
    for index, wav in enumerate(wavs):
        name = f"row {index} of the batch"
        if getattr(wav, "ndim", 1) != 1 and not getattr(wav, "is_nested", 0):
            raise ValueError(f"{name} must be [time], not {list(wav.shape)}")
        rows.append(as_batch(wav, name)[0])
    return rows


def batch_recordings(wavs, wav_lens=None):
    """(name, [waveform]) of each row of what `as_rows` takes."""
    return (
        (f"row {row} of the batch", [wav])
        for row, wav in enumerate(as_rows(wavs, wav_lens))
    )


def as_batch(wavs, name="row {}"):
    """[batch, time], float32, of an array or a tensor, also of [time].

    Arguments
    ---------
    wavs : torch.Tensor or np.ndarray
    name : str
        Of a row, for messages, with its number in place of `{}`.

    Raises
    ------
    TypeError
        If it is not an array or a tensor of floating point numbers.
    ValueError
        If it has other dimensions, or is empty.
    AudioError
        If a row holds samples that are not finite, or beyond `LOUDEST`.

    Example
    -------
    >>> as_batch(np.zeros(100)).shape
    torch.Size([1, 100])
    """
    if not isinstance(wavs, (np.ndarray, torch.Tensor)):
        raise TypeError(
            "waveforms must be a tensor or an array, not "
            f"{type(wavs).__name__}; for files there is encode_file"
        )
    _refuse_odd(wavs)
    is_array = isinstance(wavs, np.ndarray)
    if wavs.dtype.kind != "f" if is_array else not wavs.is_floating_point():
        raise TypeError(
            f"waveforms must be floating point, not {wavs.dtype}: divide "
            "integers by their full scale, 32768 for 16 bits"
        )
    if is_array:
        # torch takes neither reversed nor big-endian nor read-only ones
        with np.errstate(over="ignore"):
            wavs = np.require(wavs, np.float32, ["C", "W"])
        wavs = torch.from_numpy(wavs)
    if wavs.dim() == 1:
        wavs = wavs.unsqueeze(0)
    if wavs.dim() != 2 or wavs.numel() == 0:
        raise ValueError(
            "waveforms must be [batch, time] or [time] and not empty, not "
            f"{list(wavs.shape)}; of several channels take the mean"
        )
    wavs = wavs.float()
    lowest, highest = torch.aminmax(wavs.detach(), dim=1)
    peaks = torch.maximum(-lowest, highest)
    if not (peaks <= LOUDEST).all():  # nor is NaN
        row = int((peaks <= LOUDEST).logical_not().nonzero()[0])
        reason = "samples that are NaN or infinite"
        if peaks[row].isfinite():
            reason = f"a sample of {peaks[row]:.3g}, where full scale is 1"
        raise AudioError(f"{name.format(row)}: holds {reason}")
    return wavs


def _refuse_odd(wavs):
    """Refuses what holds something else than a number for each sample."""
    kind = None
    if isinstance(wavs, np.ma.MaskedArray):
        kind = "a masked array: fill what is masked, as by filled(0)"
    elif isinstance(wavs, torch.Tensor):
        if wavs.is_nested:
            kind = "nested: give a list of [time]"
        elif wavs.layout != torch.strided:
            kind = "sparse: call to_dense"
        elif wavs.is_meta:
            kind = "on the device meta, where there are no values"
    if kind:
        raise TypeError(f"waveforms must be plain, and this is {kind}")


def as_mono(waveform):
    """[time], float32, of [channels, time] or [time], mixed as files are.

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
    channels = as_batch(waveform, "the waveform")
    if len(channels) > channels.shape[1]:
        raise ValueError(
            f"the waveform is {list(channels.shape)}, but the layout is "
            "[channels, time]: transpose what soundfile reads (waveform.T)"
        )
    samples = channels.detach().cpu().numpy().T
    weights = torch.from_numpy(channel_weights(samples, "the waveform"))
    return weights.to(channels.device) @ channels


def whole_rate(sample_rate):
    """A sampling rate as an int, also of 44100.0.

    Raises
    ------
    ValueError
        If it is not a whole number from 1 kHz to 1 MHz.

    Example
    -------
    >>> whole_rate(44100.0)
    44100
    """
    try:
        rate = int(sample_rate)
        is_whole = bool(rate == sample_rate)
    except (TypeError, ValueError, OverflowError):
        is_whole = False
    lowest, highest = SAMPLE_RATES
    if not (is_whole and lowest <= rate <= highest):
        raise ValueError(
            f"the sampling rate has to be a whole number of Hz from {lowest} "
            f"to {highest}, not {sample_rate!r}"
        )
    return rate


def is_empty(cell):
    """Whether it is None or NaN, as where a table has no path."""
    return cell is None or (isinstance(cell, float) and cell != cell)


def file_rows(paths):
    """A row of a manifest for each of the paths; a TypeError of one path."""
    if isinstance(paths, (str, bytes, os.PathLike)):
        raise TypeError(
            f"a list of paths is needed, not {paths!r}: for one there are "
            "encode_file and classify_file, or transcribe_file"
        )
    return [
        {"wav": path if is_empty(path) else checked_file(path)}
        for path in paths
    ]


def checked_file(file):
    """A path or an open file, as it is; a TypeError of all else.

    Example
    -------
    >>> checked_file(np.zeros(100))
    Traceback (most recent call last):
        ...
    TypeError: a file is a path or an open file, not ndarray; for waveforms...
    """
    if isinstance(file, (str, bytes, os.PathLike)) or is_file_object(file):
        return file
    raise TypeError(
        f"a file is a path or an open file, not {type(file).__name__}; for "
        "waveforms there are encode_waveform, encode_batch and "
        "transcribe_waveform"
    )
