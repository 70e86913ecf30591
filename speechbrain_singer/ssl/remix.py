"""Mixtures of one's vocals and another's accompaniment, on the device."""

import torch

from speechbrain_singer.augment.draws import to_device, uniform

LOW, HIGH = 0.6, 0.8  # bounds of w, as published


def remix(clips, accompaniment, artificial, streams):
    """Mixes the vocals of examples with the accompaniments of others.

    w times the accompaniment and 1 - w^2 times the vocals, both of length 1 in
    their slices, with w from U(0.6, 0.8), each example by its own draw, as
    published (Garoufis, Zlatintsi and Maragos, "CVSM", 2025). Accompaniments
    go round among the artificial examples of a batch, from each to the next
    one; if there is only one, it keeps its own.

    Arguments
    ---------
    clips : torch.Tensor
        [batch, time]: the vocals of the artificial ones, of others the
        mixture.
    accompaniment : torch.Tensor
        [batch, time], of the artificial ones.
    artificial : torch.Tensor
        [batch], bool, on the host: a device would have to be waited for.
    streams : Streams

    Returns
    -------
    mixtures : torch.Tensor
        [batch, time]; those that are not artificial as they came.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> clips = torch.tensor([[1.0], [0.0], [3.0]])
    >>> accompaniment = torch.tensor([[0.0], [1.0], [0.0]])
    >>> artificial = torch.tensor([True, True, False])
    >>> mixed = remix(clips, accompaniment, artificial, Streams([1, 2, 3]))
    >>> mixed[1], mixed[2]  # silence beside silence, and what is real
    (tensor([0.]), tensor([3.]))
    """
    chosen = artificial.nonzero().flatten()
    partner = torch.arange(len(clips))
    partner[chosen] = chosen.roll(-1)
    accompaniment = accompaniment[to_device(partner, clips.device)]
    w = uniform(clips, streams, LOW, HIGH)
    mixed = w * accompaniment + (1 - w.square()) * clips
    chosen = to_device(artificial, clips.device).unsqueeze(1)
    return torch.where(chosen, mixed, clips)
