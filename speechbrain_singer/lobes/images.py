"""Spectrograms as the images of one channel that 2D convolutions take."""

import torch


def as_images(features):
    """Spectrograms as images, their channel last in memory.

    So a CPU convolves them a third faster, by weights in the same layout. With
    one channel both layouts are the same bytes, and only the strides tell the
    convolutions which one is meant. Exported programs have the plain layout.

    Arguments
    ---------
    features : torch.Tensor
        [batch, bands, frames]

    Returns
    -------
    images : torch.Tensor
        [batch, 1, bands, frames], of the same memory.

    Example
    -------
    >>> images = as_images(torch.rand(2, 80, 70))
    >>> images.shape, images.stride()
    (torch.Size([2, 1, 80, 70]), (5600, 1, 70, 1))
    """
    if torch.compiler.is_exporting():
        return features.unsqueeze(1)
    return features.unsqueeze(-1).permute(0, 3, 1, 2)
