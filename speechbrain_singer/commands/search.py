"""`singer search`: whose voices of an index are most like a given one?"""

from typing import Annotated

import typer

from speechbrain_singer.commands.options import AsJson, Device
from speechbrain_singer.commands.outcome import (
    DONE,
    NO,
    PARTLY,
    end,
    say,
)

Folder = Annotated[
    str,
    typer.Argument(
        help="What `singer index` made.", metavar="INDEX", show_default=False
    ),
]
Files = Annotated[
    list[str] | None,
    typer.Argument(
        help="Recordings to find others like.",
        metavar="FILE",
        show_default=False,
    ),
]
Singer = Annotated[
    str | None,
    typer.Option(
        help="A singer of the index (its column singer) in place of files.",
        metavar="NAME",
    ),
]
Mixture = Annotated[
    bool,
    typer.Option(
        "--mixture", help="Separate the voice from its accompaniment first."
    ),
]
K = Annotated[int, typer.Option("-k", help="How many to find.", min=1)]
Where = Annotated[
    str | None,
    typer.Option(
        help="Which recordings count: \"singer = 'ann'\"; SQL with lancedb.",
    ),
]
Encoder = Annotated[
    str | None,
    typer.Option(
        help="Where the encoder of the index lies, if it has moved.",
        metavar="NAME",
    ),
]


def search(
    folder: Folder,
    files: Files = None,
    singer: Singer = None,
    mixture: Mixture = False,
    k: K = 10,
    where: Where = None,
    encoder: Encoder = None,
    device: Device = "cpu",
    as_json: AsJson = False,
):
    """Find the recordings of an index whose singers are most alike."""
    from speechbrain_singer.catalogue import queries
    from speechbrain_singer.catalogue.index import open_index

    if bool(files) == bool(singer):
        raise ValueError("give files or --singer NAME: one of both")
    if singer and mixture:
        raise ValueError("--mixture is for files: leave it out with --singer")
    index = open_index(folder)
    if singer:
        names = [singer]
        found = [queries.search_singer(index, singer, k, where)]
    else:
        names = files
        model = queries.encoder_of(index, encoder, device)
        by = queries.search_mixtures if mixture else queries.search_files
        found = by(index, model, files, k, where)
    answers = [
        {"query": name, "results": results}
        for name, results in zip(names, found, strict=True)
        if results is not None
    ]
    text = "\n\n".join(map(_text, answers))
    say({"answers": answers}, text, as_json)
    end(_code(names, answers))


def _code(names, answers):
    if not any(answer["results"] for answer in answers):
        return NO
    return DONE if len(answers) == len(names) else PARTLY


def _text(answer):
    """A query and a line for each result."""
    lines = [answer["query"]]
    for result in answer["results"]:
        others = dict(result)
        rank, score, path = map(others.pop, ("rank", "score", "path"))
        same = others.pop("same_singer", None)
        decision = {True: "same singer", False: "another", None: ""}[same]
        known = [f"{name}={own}" for name, own in others.items() if own]
        columns = " ".join(known)
        lines.append(
            f"{rank:>3}  {score:.3f}  {decision:<11}  {path}  {columns}"
        )
    return "\n".join(line.rstrip() for line in lines)
