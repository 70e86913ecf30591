"""Encoders as one file for other runtimes, compared before they count."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch

from speechbrain_singer.dataio.files import atomic_path, check_writable
from speechbrain_singer.inference.exported_program import (
    exported_program,
    program_embedder,
    write_program,
)
from speechbrain_singer.inference.onnx_file import (
    onnx_embedder,
    onnx_packages,
    write_onnx,
)
from speechbrain_singer.inference.portable import shortest_window

LARGEST_DIFFERENCE = 1e-4
_BATCHES = (1, 3)


class _Kind(NamedTuple):
    """How a kind of file is written, and what it is then."""

    write: Callable
    embedder: Callable


_KINDS = {
    ".onnx": _Kind(write_onnx, onnx_embedder),
    ".pt2": _Kind(write_program, program_embedder),
}


class Exported(NamedTuple):
    """What was written, and how it compares.

    Arguments
    ---------
    path : Path
    megabytes : float
    seconds : list of float
        Lengths of the windows that were compared.
    batches : list of int
        How many of each were embedded at once.
    difference : float
        The largest from SingerEncoder's of a number in an embedding, relative
        to the length of the embedding.
    """

    path: Path
    megabytes: float
    seconds: list
    batches: list
    difference: float


def export_file(encoder, path, name):
    """Writes an encoder as one file that other runtimes load.

    The file embeds windows; `facts_of` says what it carries along, by which
    one cuts recordings into windows and decides.

    Arguments
    ---------
    encoder : SingerEncoder
    path : str or Path
        Its ending says the kind: `.onnx`, for ONNX Runtime, or `.pt2`, for
        `torch.export.load`. A file that is there is replaced once the new one
        has been compared.
    name : str
        Of the encoder, for whoever reads the file.

    Returns
    -------
    exported : Exported

    Raises
    ------
    ValueError
        If the ending is another one, a part of the encoder cannot be exported,
        or the file gives other embeddings than the encoder.
    TypeError
        If it is no `SingerEncoder`.
    ImportError
        If a package for ONNX is missing; the message says how to install it.
    OSError
        If nothing can be written there.

    Example
    -------
    >>> export_file(None, "encoder.tflite", "synthetic")
    Traceback (most recent call last):
    ValueError: encoder.tflite: an encoder is exported to .onnx or to .pt2
    """
    path = Path(path)
    kind = _KINDS.get(path.suffix)
    if kind is None:
        raise ValueError(
            f"{path}: an encoder is exported to {' or to '.join(_KINDS)}"
        )
    if path.suffix == ".onnx":
        onnx_packages()
    check_writable(path.parent)
    program = exported_program(encoder)
    with atomic_path(path) as temporary:
        kind.write(program, temporary, facts_of(encoder, name))
        seconds = _lengths(encoder)
        difference = _difference(encoder, kind.embedder(temporary), seconds)
        if not difference <= LARGEST_DIFFERENCE:  # nor is NaN
            raise ValueError(
                f"{path}: not written: its embeddings differ from the "
                f"encoder's by {difference:.1e}, {LARGEST_DIFFERENCE:.0e} at "
                "most: try another version of torch or onnxruntime"
            )
        megabytes = temporary.stat().st_size / 1e6
    return Exported(path, megabytes, seconds, list(_BATCHES), difference)


def facts_of(encoder, name):
    """What one has to know of an encoder beside its graph.

    Returns
    -------
    facts : dict
        `encoder`, its name; `sample_rate`; `window_seconds`, the length of the
        windows; `window_overlap`, the share of one that the next one has too;
        `min_seconds`, of the shortest recording; `dimension`; `score`, by what
        embeddings are compared; `threshold`, above which it is the same
        singer, and `sha256`, of weights and settings, where there are such.
    """
    facts = {
        "encoder": name,
        "sample_rate": encoder.sample_rate,
        "window_seconds": encoder.hparams.window_seconds,
        "window_overlap": encoder.window_overlap,
        "min_seconds": shortest_window(encoder),
        "dimension": encoder.dimension,
        "score": encoder.score,
        "threshold": encoder.threshold,
        "sha256": encoder.sha256,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _lengths(encoder):
    """A window's, the shortest, and an odd one between, in seconds."""
    facts = facts_of(encoder, "")
    longest, shortest = facts["window_seconds"], facts["min_seconds"]
    between = 0.6 * longest + 0.4 * shortest + 1 / encoder.sample_rate
    return sorted({shortest, min(between, longest), longest})


def _difference(encoder, embed, seconds):
    """The largest from the encoder's own embeddings, in units of theirs."""
    generator, largest = torch.Generator().manual_seed(0), torch.zeros(())
    for length in seconds:
        samples = round(length * encoder.sample_rate)
        windows = torch.randn(max(_BATCHES), samples, generator=generator)
        # Of three levels, and displaced
        windows = 0.01 + windows * torch.tensor([[0.01], [0.03], [0.1]])
        expected = encoder.encode_batch(windows).squeeze(1).cpu()
        unit = expected.norm(dim=1, keepdim=True)
        for batch in _BATCHES:
            found = embed(windows[:batch]) - expected[:batch]
            # Not Python's max, which passes over NaN
            largest = torch.maximum(largest, (found / unit[:batch]).abs().max())
    return largest.item()
