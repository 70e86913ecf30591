"""Separators by name: loaded, checked, and brought to their device."""

import torch
from speechbrain.utils.distributed import infer_device

from speechbrain_singer.distributed import on_main
from speechbrain_singer.separation.by_segments import BySegments

INTERFACE = ("sample_rate", "stems", "__call__")


def load_separator(separator, known, segments, device=None):
    """Makes a separator ready. All processes must call this.

    Arguments
    ---------
    separator : str or object
        A name in `known`, or one that a YAML built with `!new:`: as
        `speechbrain_singer.separation` says, or with `sample_rate` and
        `separate_file`, as `Command` has them.
    known : dict
        Name -> separator.
    segments : Segments
        How audio is cut for one that takes tensors.
    device : str, optional
        Where it runs; a GPU if there is one and this is left out.

    Returns
    -------
    separator : object
        With `sample_rate` and `separate_file`.

    Raises
    ------
    OSError
        If its weights or its program are not there.
    TypeError
        If it is no separator.
    ValueError
        If there is none of that name.

    Example
    -------
    >>> from speechbrain_singer.separation.overlap import Segments
    >>> load_separator("spleeter", {"command": None}, Segments())
    Traceback (most recent call last):
    ValueError: no separator 'spleeter'; there are command
    """
    if isinstance(separator, str):
        if separator not in known:
            raise ValueError(
                f"no separator {separator!r}; there are {', '.join(known)}"
            )
        separator = known[separator]
    if hasattr(separator, "fetch"):
        on_main(separator.fetch)
        separator.fetch()  # where it is by now
    if hasattr(separator, "separate_file"):
        return separator
    lacking = [name for name in INTERFACE if not hasattr(separator, name)]
    if lacking:
        raise TypeError(
            f"{separator!r} is no separator: it lacks {', '.join(lacking)}; "
            "see speechbrain_singer.separation for what one looks like"
        )
    device = device or infer_device()
    if isinstance(separator, torch.nn.Module):
        separator.to(device).eval()
    return BySegments(separator, segments, device)
