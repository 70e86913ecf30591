"""`singer verify`: do two recordings have the same singer?"""

from typing import Annotated

import typer

from speechbrain_singer.commands.options import (
    DEFAULT,
    AsJson,
    Device,
    Encoder,
    Threshold,
    load,
)
from speechbrain_singer.commands.outcome import DONE, NO, end, say

File = Annotated[str, typer.Argument(show_default=False)]
Prior = Annotated[
    float | None,
    typer.Option(
        help="Share of such pairs that have one singer; decides, too, unless "
        "a threshold is given.",
        show_default="0.5",
    ),
]


def verify(
    first: File,
    second: File,
    encoder: Encoder = DEFAULT,
    threshold: Threshold = None,
    prior: Prior = None,
    device: Device = "cpu",
    as_json: AsJson = False,
):
    """Do two recordings have the same singer?

    Exit code 0 if so, 1 if not.
    """
    from speechbrain_singer.inference import probability
    from speechbrain_singer.inference.scores import SCORES

    model = load(encoder, device)
    if not hasattr(model, "verify_files"):
        raise ValueError(
            f"{encoder}: a baseline, which has no threshold: singer compare "
            "gives its scores"
        )
    if prior is None:
        prior = probability.PRIOR
    elif threshold is None:
        threshold = probability.threshold_of_prior(model.calibration, prior)
        threshold = SCORES[model.score].clip(threshold)
    score, same_singer = model.verify_files(first, second, threshold)
    own = model.threshold if threshold is None else threshold
    chance = probability.same_singer_probability(
        model.calibration, score, prior
    )
    answer = {
        **{"score": score, "threshold": own, "same_singer": same_singer},
        **{"probability": chance},
    }
    decision = "the same singer" if same_singer else "another singer"
    text = f"{decision}: score {score:.3f}, threshold {own:.3f}"
    if chance is not None:
        text += f", probability {chance:.2f}"
    say(answer, text, as_json)
    end(DONE if same_singer else NO)
