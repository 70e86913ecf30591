"""Audio files as stereo, block by block, at any rate."""

import soundfile
import torch

from speechbrain_singer.dataio.audio import (
    AudioError,
    check_samples,
    open_audio,
)
from speechbrain_singer.inference.blocks import resample_blocks

_BLOCK = 2**18  # frames


def stereo_blocks(path, sample_rate=None):
    """Reads an audio file as stereo, one block after the other.

    One channel is doubled. Of more than two the mean is, as a voice may be in
    any of them.

    Arguments
    ---------
    path : str or Path
    sample_rate : int, optional
        Hz, to which it is resampled; the file's if left out.

    Yields
    ------
    block : torch.Tensor
        float32, [2, time].

    Raises
    ------
    AudioError
        If the file cannot be read, ends too early, or holds samples that are
        no audio.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> soundfile.write(path, [0.5, -0.5], 22050)
    >>> next(stereo_blocks(path)).tolist()
    [[0.5, -0.5], [0.5, -0.5]]
    """
    with open_audio(path) as file:
        rate = file.samplerate
        yield from resample_blocks(_blocks(file), rate, sample_rate or rate)


def _blocks(file):
    left = file.frames
    while left:
        try:
            block = file.read(min(left, _BLOCK), "float32", always_2d=True)
        except (soundfile.LibsndfileError, RuntimeError) as error:
            raise AudioError(
                f"{file.name}: cannot be decoded: {error}: damaged or "
                "truncated; copy or convert it anew"
            ) from error
        if not len(block):
            raise AudioError(
                f"{file.name}: truncated: the last {left} of {file.frames} "
                "samples are missing; copy or convert it anew"
            )
        check_samples(block, file.name)
        left -= len(block)
        yield _as_stereo(torch.from_numpy(block.T))


def _as_stereo(channels):
    if len(channels) == 2:
        return channels
    return channels.mean(dim=0).expand(2, -1)
