"""`singer embed`: the embeddings of many recordings, in a table."""

from typing import Annotated

import typer

from speechbrain_singer.commands.options import (
    DEFAULT,
    AsJson,
    Device,
    Encoder,
)
from speechbrain_singer.commands.outcome import DONE, PARTLY, end, say

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders, patterns, manifests (.csv), shards (.tar).",
        metavar="PATHS",
        show_default=False,
    ),
]
Target = Annotated[
    str,
    typer.Option(
        help="Ends in .parquet, .npz or .csv; or a folder, of many Parquet "
        "files. What it has already is not embedded again.",
        metavar="OUT",
        show_default=False,
    ),
]
WorkersOption = Annotated[
    int, typer.Option(help="Processes; 0 is one for each core.")
]
Ray = Annotated[
    str | None,
    typer.Option(
        help="Workers of Ray's: a cluster, such as auto or "
        "ray://HOST:10001, or local, for this machine.",
        metavar="ADDRESS",
        show_default="without Ray",
    ),
]
Retry = Annotated[
    bool, typer.Option("--retry", help="Embed again what failed before.")
]
PartRows = Annotated[
    int, typer.Option(help="Recordings that a kill costs a worker at most.")
]


def embed(
    paths: Inputs,
    to: Target,
    encoder: Encoder = DEFAULT,
    workers: WorkersOption = 1,
    ray: Ray = None,
    retry: Retry = False,
    part_rows: PartRows = 128,
    device: Device = "cpu",
    as_json: AsJson = False,
):
    """Embed many recordings into a table; started again, it goes on."""
    from speechbrain_singer.catalogue.embedding import Workers, embed_catalogue
    from speechbrain_singer.memory import keep_freed_memory

    keep_freed_memory()
    embedded = embed_catalogue(
        *(paths, to, encoder, Workers(workers, device, ray)),
        retry=retry,
        part_rows=part_rows,
    )
    answer = {
        "table": to,
        "embedded": embedded.new,
        "failed": embedded.failed,
    }
    text = f"{to}: {embedded.new} recordings embedded"
    if embedded.failed:
        text += f", {embedded.failed} failed: its column `error` says why"
    say(answer, text, as_json)
    end(PARTLY if embedded.failed else DONE)
