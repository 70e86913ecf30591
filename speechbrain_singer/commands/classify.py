"""`singer classify`: which of the singers that an encoder knows by name?"""

from typing import Annotated

import typer

from speechbrain_singer.commands.options import AsJson, Device, load
from speechbrain_singer.commands.outcome import DONE, PARTLY, end, say

Files = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders or patterns.",
        metavar="FILES",
        show_default=False,
    ),
]
Named = Annotated[
    str,
    typer.Option(
        help="The folder or hub repository of an encoder that knows names.",
        metavar="FOLDER",
        show_default=False,
    ),
]
Top = Annotated[int, typer.Option(min=1, help="How many names of each file.")]


def classify(
    files: Files,
    encoder: Named,
    top: Top = 3,
    device: Device = "cpu",
    as_json: AsJson = False,
):
    """Which of the singers that an encoder was trained on?

    Exit code 3 if files could not be used.
    """
    from speechbrain_singer.commands.audio_files import audio_files

    paths = audio_files(files)
    model = load(encoder, device)
    if getattr(model, "names", None) is None:
        raise ValueError(
            f"{encoder}: this encoder knows no names: train one on labelled "
            "singers (singer train singer_cnn), or ask singer verify or "
            "singer search"
        )
    guess = model.classify_files(paths, progressbar=len(paths) > 1)
    found = [
        _best(model.names, row, top) if name is not None else None
        for row, name in zip(guess.out_prob, guess.text_lab, strict=True)
    ]
    answer = [
        {"file": path, "names": names}
        for path, names in zip(paths, found, strict=True)
    ]
    say({"files": answer}, _text(paths, found), as_json)
    end(PARTLY if None in found else DONE)


def _best(names, probabilities, top):
    """The likeliest names, [{name, probability}], the best first."""
    values, places = probabilities.topk(min(top, len(names)))
    pairs = zip(places.tolist(), values.tolist(), strict=True)
    return [{"name": names[at], "probability": value} for at, value in pairs]


def _text(paths, found):
    lines = []
    for path, names in zip(paths, found, strict=True):
        said = "could not be used"
        if names is not None:
            each = (f"{own['name']} {own['probability']:.2f}" for own in names)
            said = ", ".join(each)
        lines.append(f"{path}: {said}")
    return "\n".join(lines)
