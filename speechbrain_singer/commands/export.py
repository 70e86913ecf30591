"""`singer export`: an encoder as one file for other runtimes."""

from typing import Annotated

import typer

from speechbrain_singer.commands.options import DEFAULT, AsJson, Encoder, load
from speechbrain_singer.commands.outcome import say

File = Annotated[
    str,
    typer.Argument(
        help="To write: NAME.onnx or NAME.pt2.",
        show_default=False,
        metavar="FILE",
    ),
]


def export(file: File, encoder: Encoder = DEFAULT, as_json: AsJson = False):
    """Write an encoder as one file: ONNX, or a program of torch.export."""
    from speechbrain_singer.inference.exported_file import export_file

    done = export_file(load(encoder, "cpu"), file, encoder)
    answer = done._asdict() | {"path": str(done.path)}
    seconds = ", ".join(f"{length:.3g}" for length in done.seconds)
    batches = " and ".join(str(batch) for batch in done.batches)
    text = (
        f"{done.path}: {done.megabytes:.1f} MB; its embeddings of windows of "
        f"{seconds} s, {batches} at once, differ from the encoder's by "
        f"{done.difference:.1e} at most"
    )
    say(answer, text, as_json)
