"""`singer compare`: does a system sing like its target singer?"""

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
from speechbrain_singer.commands.outcome import DONE, PARTLY, end, say

WORST = 3  # outputs that are named

Reference = Annotated[
    str,
    typer.Argument(
        help="Real recordings of the target singer: a folder, a file or a "
        "pattern in quotes.",
        metavar="REFERENCE",
        show_default=False,
    ),
]
Outputs = Annotated[
    list[str],
    typer.Argument(
        help="What the system sang: folders, files or patterns.",
        metavar="FOLDER",
        show_default=False,
    ),
]
Others = Annotated[
    list[str] | None,
    typer.Option(
        help="Recordings of other singers, the floor. May be given repeatedly.",
        metavar="FOLDER",
    ),
]


def compare(
    reference: Reference,
    folder: Outputs,
    others: Others = None,
    encoder: Encoder = DEFAULT,
    threshold: Threshold = None,
    device: Device = "cpu",
    as_json: AsJson = False,
):
    """Does a system sound like its target singer?

    Exit code 3 if files could not be used.
    """
    from speechbrain_singer.commands.audio_files import audio_files
    from speechbrain_singer.evaluation.singer_similarity import (
        singer_similarity,
    )

    real, sung = audio_files([reference]), audio_files(folder)
    strangers = audio_files(others) if others else None
    model = load(encoder, device)
    found = singer_similarity(sung, real, model, threshold, strangers)
    answer = found._asdict()
    for name in ("generated", "reference", "others"):
        if answer[name] is not None:
            answer[name] = answer[name]._asdict()
    answer["outputs"] = [
        {"file": name, "score": score} for name, score in found.outputs
    ]
    say(answer, _text(found), as_json)
    end(PARTLY if found.failed else DONE)


def _text(found):
    lines = [f"{'':<26}{'score':>7}{'95 % interval':>18}{'accepted':>10}"]
    lines += [_line("outputs with reference", found.generated)]
    lines += [_line("reference with itself", found.reference)]
    if found.others is not None:
        lines += [_line("others with reference", found.others)]
    if found.threshold is not None:
        lines += [f"accepted: scores above {found.threshold:.3f}"]
    worst = found.outputs[:WORST]
    named = ", ".join(f"{name} ({score:.3f})" for name, score in worst)
    lines += [f"least alike: {named}"]
    if found.failed:
        lines += [f"left out: {', '.join(found.failed)}"]
    return "\n".join(lines)


def _line(name, figures):
    if figures is None:
        return f"{name:<26}{'none: a single recording has no pair':>35}"
    interval = accepted = "-"
    if figures.interval is not None:
        interval = "{:.3f} to {:.3f}".format(*figures.interval)
    if figures.accepted is not None:
        accepted = f"{100 * figures.accepted:.0f} %"
    return f"{name:<26}{figures.mean:>7.3f}{interval:>18}{accepted:>10}"
