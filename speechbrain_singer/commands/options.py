"""Options that several commands have, and the encoder that they name."""

from typing import Annotated

import typer

from speechbrain_singer.quick_imports import quick_imports

# Headings of `singer --help`
ANSWERS = "Who is singing?"
CATALOGUES = "Many recordings"
ENCODERS = "Encoders"

Encoder = Annotated[
    str,
    typer.Option(
        help="A bundled name, a folder, a hub repository or a baseline.",
        metavar="NAME",
    ),
]
Device = Annotated[
    str, typer.Option(help="Where it computes: cpu, cuda, cuda:1, mps.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON, for programs.")
]
DEFAULT = "synthetic"  # the encoder in the box


def load(encoder, device):
    """The encoder of `--encoder` on `--device`, see `load_encoder`."""
    with quick_imports():
        from speechbrain_singer.evaluation.encoders import load_encoder

    return load_encoder(encoder, {"device": device})
