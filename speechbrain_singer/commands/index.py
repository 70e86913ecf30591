"""`singer index`: embeddings become an index that can be searched."""

from typing import Annotated

import typer

from speechbrain_singer.commands.options import AsJson
from speechbrain_singer.commands.outcome import say

Table = Annotated[
    str,
    typer.Argument(
        help="What `singer embed` wrote.", metavar="TABLE", show_default=False
    ),
]
Folder = Annotated[
    str,
    typer.Option(
        "--to",
        help="Folder of the index; a former one is replaced.",
        metavar="FOLDER",
        show_default=False,
    ),
]
Backend = Annotated[
    str,
    typer.Option(
        help="faiss compresses where there are many; lancedb filters by SQL.",
        metavar="faiss|lancedb",
    ),
]


def index(
    table: Table,
    folder: Folder,
    backend: Backend = "faiss",
    as_json: AsJson = False,
):
    """Make an index of embeddings, to search in."""
    from speechbrain_singer.catalogue.index import build_index
    from speechbrain_singer.catalogue.table_parts import read_parts

    facts = build_index(read_parts(table), folder, backend)
    count, dimension = facts["shape"]
    text = f"{folder}: {count} recordings, {dimension} dimensions: "
    text += facts["kind"] if facts["recipe"] else "all are compared"
    if facts["probing"]:
        recall = 100 * facts["probing"]["recall"]
        text += f", finds {recall:.1f} % of the ten nearest"
    say({"folder": folder, **facts}, text, as_json)
