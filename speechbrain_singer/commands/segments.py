"""`singer segments`: who sings when in a recording of several singers."""

from pathlib import Path
from typing import Annotated

import typer

from speechbrain_singer.commands.options import (
    DEFAULT,
    AsJson,
    Device,
    Encoder,
    load,
)
from speechbrain_singer.commands.outcome import say

File = Annotated[str, typer.Argument(show_default=False)]
Singers = Annotated[
    int | None,
    typer.Option(help="How many sing.", show_default="found", metavar="N"),
]
Penalty = Annotated[
    float | None,
    typer.Option(
        help="What a singer costs: the higher, the fewer are found.",
        show_default="the encoder's own",
    ),
]
Rttm = Annotated[
    str | None,
    typer.Option(help="Also write RTTM.", metavar="FILE", show_default=False),
]
Picture = Annotated[
    str | None,
    typer.Option(
        help="Also draw a picture.", metavar="FILE", show_default=False
    ),
]


def segments(
    file: File,
    singers: Singers = None,
    penalty: Penalty = None,
    rttm: Rttm = None,
    picture: Picture = None,
    encoder: Encoder = DEFAULT,
    device: Device = "cpu",
    as_json: AsJson = False,
):
    """Who sings when, where singers take turns? One is heard at a time."""
    from speechbrain_singer.dataio.files import check_writable
    from speechbrain_singer.segments.segmenter import PENALTIES, Segmenter
    from speechbrain_singer.segments.turns import (
        as_dicts,
        as_table,
        write_rttm,
    )

    if picture is not None:
        _check_ending(picture)
    for path in filter(None, (rttm, picture)):
        check_writable(Path(path).absolute().parent)
    penalty = PENALTIES.get(encoder) if penalty is None else penalty
    segmenter = Segmenter(load(encoder, device), penalty)
    heard = segmenter.listen(file, singers, progressbar=True)
    turns = heard.turns(heard.chosen(penalty or 0.0))
    if rttm is not None:
        write_rttm(rttm, turns, Path(file).stem)
    if picture is not None:
        from speechbrain_singer.reports.turns_plot import plot_turns

        title = Path(file).name
        plot_turns({"singers": turns}, picture, heard.levels, title=title)
    found = len({turn.singer for turn in turns})
    answer = {"file": file, "singers": found, "turns": as_dicts(turns)}
    say(answer, as_table(turns), as_json)


def _check_ending(picture):
    from speechbrain_singer.checks import check_choice

    endings = ".png", ".svg", ".pdf", ".jpg"
    check_choice("picture's ending", Path(picture).suffix, endings)
