"""Windows over audio of any length."""

import torch


def split_windows(blocks, length, hop):
    """Splits audio into overlapping windows.

    Arguments
    ---------
    blocks : iterable of torch.Tensor
        The audio, [time] each, in order.
    length : int
        Of a window, in samples.
    hop : int
        From one window to the next, in samples, at most `length`.

    Yields
    ------
    window : torch.Tensor
        [length]. The last one ends where the audio ends, so that nothing is
        left out. Audio shorter than one window comes as it is.

    Example
    -------
    >>> [w.tolist() for w in split_windows([torch.arange(6)], 4, 2)]
    [[0, 1, 2, 3], [2, 3, 4, 5]]
    >>> [w.tolist() for w in split_windows([torch.arange(5)], 4, 2)]
    [[0, 1, 2, 3], [1, 2, 3, 4]]
    >>> [w.tolist() for w in split_windows([torch.arange(3)], 4, 2)]
    [[0, 1, 2]]
    """
    window = None
    rest = torch.empty(0)
    for block in blocks:
        rest = torch.cat([rest, block]) if len(rest) else block
        while len(rest) >= length:
            window = rest[:length]
            yield window
            rest = rest[hop:]
    if window is None:
        yield rest
    elif len(rest) > length - hop:
        new = rest[length - hop :]
        yield torch.cat([window, new])[-length:]
