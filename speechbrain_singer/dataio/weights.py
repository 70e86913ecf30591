"""Tensors in files: written with a digest, and read whole or not at all."""

import hashlib
import io
import json
from pathlib import Path

import torch
from safetensors.torch import load, save

from speechbrain_singer.dataio.files import atomic_path

_KEY = "sha256"  # in the header of a file, among what safetensors leaves free


def write_tensors(path, tensors):
    """Writes tensors as safetensors, with a digest of them in the header.

    Arguments
    ---------
    path : str or Path
    tensors : dict of str to torch.Tensor

    Returns
    -------
    sha256 : str
        64 hexadecimal digits, of names, types, shapes and values.

    Raises
    ------
    OSError
        If the file cannot be written.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.safetensors"
    >>> sha256 = write_tensors(path, {"weight": torch.ones(2)})
    >>> read_tensors(path, "copy it anew")
    ({'weight': tensor([1., 1.])}, '...')
    """
    # Copies: safetensors refuses tensors that share their memory
    tensors = {
        name: value.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, value in tensors.items()
    }
    sha256 = _digest(tensors)
    with atomic_path(path) as temporary:
        temporary.write_bytes(save(tensors, {_KEY: sha256}))
    return sha256


def read_tensors(path, remedy):
    """Reads what `write_tensors` wrote, and nothing else.

    Arguments
    ---------
    path : str or Path
    remedy : str
        What to do if there is no such file, or a damaged one.

    Returns
    -------
    tensors : dict of str to torch.Tensor
        On the CPU.
    sha256 : str
        As `write_tensors` returned it.

    Raises
    ------
    OSError
        If the file cannot be read; FileNotFoundError if there is none.
    ValueError
        If a bit of it is another one than was written, or if it has no digest.
    """
    content = _content(path, remedy)
    try:
        tensors = load(content)
        size = int.from_bytes(content[:8], "little")
        header = json.loads(content[8 : 8 + size])
    # Damage has many names, and some of them are safetensors' own
    except Exception as error:
        raise ValueError(f"{path}: damaged: {remedy} ({error})") from error
    said = header.get("__metadata__", {}).get(_KEY)
    if said != _digest(tensors):
        reason = "has no digest" if said is None else "differs from its digest"
        raise ValueError(
            f"{path}: {reason}, so that nobody knows whether it is whole: "
            f"{remedy}"
        )
    return tensors, said


def read_weights(path, remedy):
    """Reads what `torch.save` wrote: tensors and plain values, no code.

    Arguments
    ---------
    path : str or Path
    remedy : str
        What to do if there is no such file, or a damaged one.

    Returns
    -------
    weights : object
        Mostly a dict of tensors, on the CPU.

    Raises
    ------
    OSError
        If the file cannot be read; FileNotFoundError if there is none.
    ValueError
        If it is damaged, or something else than weights.

    Example
    -------
    >>> path = getfixture("tmp_path") / "encoder.ckpt"
    >>> _ = path.write_text("page not found")
    >>> read_weights(path, "fetch it anew")
    Traceback (most recent call last):
        ...
    ValueError: ...encoder.ckpt: damaged, or no weights: fetch it anew (...)
    """
    content = io.BytesIO(_content(path, remedy))
    try:
        return torch.load(content, map_location="cpu", weights_only=True)
    # torch, zipfile and pickle each have errors of their own for damage. The
    # text of torch's is long, and advises to run what may be code.
    except Exception as error:
        raise ValueError(
            f"{path}: damaged, or no weights: {remedy} ({type(error).__name__})"
        ) from error


def check_finite(path, weights, remedy):
    """Makes sure that no weight is NaN or infinite.

    Arguments
    ---------
    path : str or Path
        Where they are from, or go to.
    weights : dict of str to torch.Tensor
    remedy : str

    Raises
    ------
    ValueError
        With the path, and the parameter.

    Example
    -------
    >>> check_finite("a.ckpt", {"bias": torch.tensor(torch.nan)}, "train on")
    Traceback (most recent call last):
        ...
    ValueError: a.ckpt: the parameter bias is not finite: train on
    """
    for name, value in weights.items():
        if not value.isfinite().all():
            raise ValueError(
                f"{path}: the parameter {name} is not finite: {remedy}"
            )


def _content(path, remedy):
    """The bytes of a file; of a folder, or without leave, its own error."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{path}: no such file: {remedy}") from error


def _digest(tensors):
    sha256 = hashlib.sha256()
    for name, value in sorted(tensors.items()):
        about = [name, str(value.dtype), list(value.shape)]
        sha256.update(json.dumps(about).encode())
        sha256.update(value.flatten().view(torch.uint8).numpy().data)
    return sha256.hexdigest()
