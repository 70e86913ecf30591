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
Threshold = Annotated[
    float | None,
    typer.Option(
        help="Score above which it is the same singer.",
        show_default="the encoder's own",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON, for programs.")
]
# Of the doors to recipes; all that follows the name goes to the script
Name = Annotated[
    str | None,
    typer.Argument(
        help="Its name, or the path of a YAML.",
        metavar="RECIPE",
        show_default=False,
    ),
]
PassedOn = Annotated[
    list[str] | None,
    typer.Argument(
        help="Keys of the YAML and SpeechBrain's options: --corpus NAME "
        "--data_folder PATH --device cuda:0 ...",
        metavar="--KEY VALUE",
        show_default=False,
    ),
]
DEFAULT = "synthetic"  # the encoder in the box


def load(encoder, device):
    """The encoder of `--encoder` on `--device`, see `load_encoder`."""
    with quick_imports():
        from speechbrain_singer.evaluation.encoders import load_encoder

    return load_encoder(encoder, {"device": device})
