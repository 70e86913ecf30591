"""`singer verify`: do two recordings have the same singer?"""

from typing import Annotated

import typer

from speechbrain_singer.commands.options import (
    DEFAULT,
    AsJson,
    Device,
    Encoder,
    load,
)
from speechbrain_singer.commands.outcome import DONE, NO, end, say

File = Annotated[str, typer.Argument(show_default=False)]
Threshold = Annotated[
    float | None,
    typer.Option(
        help="Score above which it is the same singer.",
        show_default="the encoder's own",
    ),
]


def verify(
    first: File,
    second: File,
    encoder: Encoder = DEFAULT,
    threshold: Threshold = None,
    device: Device = "cpu",
    as_json: AsJson = False,
):
    """Do two recordings have the same singer? Exit code 0 if so, 1 if not."""
    model = load(encoder, device)
    score, same_singer = model.verify_files(first, second, threshold)
    own = model.threshold if threshold is None else threshold
    answer = {"score": score, "threshold": own, "same_singer": same_singer}
    decision = "the same singer" if same_singer else "another singer"
    text = f"{decision}: score {score:.3f}, threshold {own:.3f}"
    say(answer, text, as_json)
    end(DONE if same_singer else NO)
