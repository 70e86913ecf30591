"""Tracks: values at every hop, and straight lines between them."""

import torch
import torch.nn.functional as F


def to_samples(track, time, hop):
    """Reads a track between its points.

    Arguments
    ---------
    track : torch.Tensor
        [batch, points]. After the last point it stays.
    time : int
        How many samples to read.
    hop : int
        Samples from point to point.

    Returns
    -------
    samples : torch.Tensor
        [batch, time]

    Example
    -------
    >>> to_samples(torch.tensor([[0.0, 1.0]]), time=6, hop=4)
    tensor([[0.0000, 0.2500, 0.5000, 0.7500, 1.0000, 1.0000]])
    """
    ramp = torch.arange(hop, device=track.device) / hop
    start = F.pad(track, (0, 1), mode="replicate")
    line = start[:, :-1, None] + start.diff()[..., None] * ramp
    return line.flatten(1)[:, :time]
