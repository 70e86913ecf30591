"""An encoder as a program of torch.export, for any batch and length."""

import torch
from torch.fx.experimental import _config as tracing

from speechbrain_singer.inference.portable import PortableEncoder


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

    Example
    -------
    >>> from speechbrain_singer.inference.encoder import SingerEncoder
    >>> encoder = SingerEncoder.from_hparams("synthetic")
    >>> program = exported_program(encoder).module()
    >>> program(torch.randn(3, 20000)).shape
    torch.Size([3, 256])
    """
    portable = PortableEncoder(encoder)
    shape = {0: torch.export.Dim("batch", min=1)}
    if portable.min_samples < portable.window_samples:
        least = portable.min_samples
        shape[1] = torch.export.Dim("samples", min=least)
    example = torch.zeros(2, portable.window_samples)
    # Without it what is true of the example, such as that there is more than
    # one frame after the last stride, is demanded of all windows
    with torch.no_grad(), tracing.patch(backed_size_oblivious=True):
        return torch.export.export(portable, (example,), dynamic_shapes=(shape,))
