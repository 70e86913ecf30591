"""Audio block by block, resampled on the way: files of any length."""

import math

import torch

from speechbrain_singer.dataio.audio import AudioError, iterate_open, resampler


def read_blocks(file, start=0, stop=None):
    """Reads an audio file as mono, one block after the other.

    Arguments
    ---------
    file : AudioFile
        As `open_audio` returns it.
    start, stop : int
        First frame, and the one after the last; the file's end if left out.

    Yields
    ------
    block : torch.Tensor
        float32, [time].

    Raises
    ------
    AudioError
        If the file cannot be decoded, ends before its header or `stop` says,
        or holds samples that are no audio.
    """
    stop = file.frames if stop is None else stop
    expected, there = max(0, stop - start), 0
    for block in iterate_open(file, start, expected):
        there += len(block)
        if len(block):
            yield torch.from_numpy(block)
    if there < expected:
        raise AudioError(
            f"{file.name}: truncated: {stop} samples announced, "
            f"{start + there} there; copy or convert it anew"
        )


def resample_blocks(blocks, orig_rate, new_rate):
    """Resamples blocks to what the whole would give, resampled at once.

    Each block is resampled together with as much of its neighbours as the
    filter reaches, and that part of the result is dropped.

    Arguments
    ---------
    blocks : iterable of torch.Tensor
        [..., time] each, at `orig_rate`, in order.
    orig_rate, new_rate : int
        In Hz.

    Yields
    ------
    block : torch.Tensor
        [..., time] at `new_rate`.

    Example
    -------
    >>> noise = torch.randn(3000)
    >>> blocks = list(resample_blocks(noise.split(1000), 48000, 44100))
    >>> whole = resampler(48000, 44100)(noise)
    >>> torch.allclose(torch.cat(blocks), whole, atol=1e-5)
    True
    """
    resample = resampler(orig_rate, new_rate)
    # 48000 to 44100 Hz makes 147 samples out of 160: blocks end between such
    # units, so that all are resampled with the same phases
    unit = resample.orig_freq // resample.gcd
    new_unit = resample.new_freq // resample.gcd
    if unit == new_unit:
        yield from blocks
        return
    margin = math.ceil(resample.width / unit)
    done = 0  # units at the start of the buffer that have been resampled
    buffer = torch.empty(0)
    for block in blocks:
        # Which is empty at first, whatever the channels
        buffer = torch.cat([buffer, block], dim=-1) if len(buffer) else block
        ready = buffer.shape[-1] // unit - margin
        if ready <= done:
            continue
        resampled = resample(buffer[..., : (ready + margin) * unit])
        yield resampled[..., done * new_unit : ready * new_unit]
        dropped = max(0, ready - margin)
        buffer = buffer[..., dropped * unit :]
        done = ready - dropped
    yield resample(buffer)[..., done * new_unit :]
