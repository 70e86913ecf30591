"""Short views, cut out of longer clips."""

import torch

from speechbrain_singer.augment.draws import integers


def random_crops(wavs, streams, samples):
    """Cuts a stretch out of each clip, at a position of its own.

    All positions within the clip are equally likely.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    streams : Streams
        One for each of `wavs`.
    samples : int
        Of each crop, `time` at most.

    Returns
    -------
    crops : torch.Tensor
        [batch, samples]

    Raises
    ------
    ValueError
        If a crop would be empty, or longer than the clips.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> random_crops(torch.arange(9.0).expand(2, 9), Streams([1, 2]), 3)
    tensor([[0., 1., 2.],
            [4., 5., 6.]])
    """
    time = wavs.shape[1]
    if not 1 <= samples <= time:
        raise ValueError(
            f"a crop of {samples} samples of clips of {time}: give from 1 to "
            f"{time}"
        )
    starts = integers(wavs, streams, time - samples + 1)
    return wavs.gather(1, starts + torch.arange(samples, device=wavs.device))
