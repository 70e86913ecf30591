"""An encoder as a program of torch.export, for any batch and length."""

import json
import warnings

import torch
from torch.fx.experimental import _config as tracing

from speechbrain_singer.inference.portable import PortableEncoder

FACTS_FILE = "encoder.json"  # in a .pt2


def exported_program(encoder):
    """Traces what an encoder does to windows.

    Arguments
    ---------
    encoder : SingerEncoder

    Returns
    -------
    program : torch.export.ExportedProgram
        [batch, time] to [batch, dim], see `PortableEncoder`, for any batch and
        any time from `min_samples` on; of a network of one length for that.

    Raises
    ------
    TypeError, ValueError
        As `PortableEncoder`.
    """
    portable = PortableEncoder(encoder).eval()
    shape = {0: torch.export.Dim("batch", min=1)}
    if portable.min_samples < portable.window_samples:
        least = portable.min_samples
        shape[1] = torch.export.Dim("samples", min=least)
    example = torch.zeros(2, portable.window_samples)
    # Without it what is true of the example, such as that there is more than
    # one frame after the last stride, is demanded of all windows
    with torch.no_grad(), tracing.patch(backed_size_oblivious=True):
        program = torch.export.export(
            portable, (example,), dynamic_shapes=(shape,)
        )
    for node in program.graph.nodes:
        node.meta.pop("stack_trace", None)  # paths of this machine
    return program


def write_program(program, path, facts):
    """Writes a program as a .pt2 file.

    Arguments
    ---------
    program : torch.export.ExportedProgram
    path : Path
    facts : dict
        Of the encoder; they go into the file as `encoder.json`.
    """
    extra = {FACTS_FILE: json.dumps(facts)}
    with path.open("wb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of views among the constants
        torch.export.save(program, file, extra_files=extra)


def program_embedder(path):
    """Loads a .pt2 file: a callable from [batch, time] to [batch, dim]."""
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of buffers that nobody writes to
        embed = torch.export.load(file).module()
    return torch.no_grad()(embed)
