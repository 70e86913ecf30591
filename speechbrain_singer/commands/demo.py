"""`singer demo`: a page on this machine to try an encoder on."""

import tempfile
from functools import partial
from typing import Annotated

import typer

from speechbrain_singer.commands.options import DEFAULT, Device
from speechbrain_singer.commands.outcome import say

# It has a threshold, and takes files: baselines do not
OwnEncoder = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        help="A bundled name, a folder or a hub repository.",
        metavar="NAME",
        show_default=f"{DEFAULT}, or the one of the index",
    ),
]
Index = Annotated[
    str | None,
    typer.Option(
        help="Of `singer index`: its nearest singers are shown.",
        metavar="FOLDER",
    ),
]
Host = Annotated[
    str, typer.Option(help="127.0.0.1 is this machine, 0.0.0.0 its network.")
]
Port = Annotated[int, typer.Option(min=1, max=65535)]


def demo(
    encoder: OwnEncoder = None,
    index: Index = None,
    host: Host = "127.0.0.1",
    port: Port = 7860,
    device: Device = "cpu",
):
    """Open a page to try it on: files or microphone. Ctrl-C ends it."""
    from speechbrain_singer.demo import page as pages

    pages.import_gradio()  # before the encoder, which takes seconds
    model, search = _loaded(encoder, index, device)
    with tempfile.TemporaryDirectory(prefix="singer-demo-") as folder:
        page = pages.make_page(model, folder, search)
        try:
            address = pages.open_page(page, host, port)
            say({}, f"open {address} in a browser; Ctrl-C ends it", False)
            pages.stay()
        finally:
            page.close(verbose=False)


def _loaded(encoder, index, device):
    """The encoder, and what finds singers of the index, or None."""
    if index is None:
        from speechbrain_singer.inference.encoder import SingerEncoder

        name, options = encoder or DEFAULT, {"device": device}
        return SingerEncoder.from_hparams(name, run_opts=options), None
    from speechbrain_singer.catalogue.index import open_index
    from speechbrain_singer.catalogue.queries import encoder_of
    from speechbrain_singer.demo.nearest import nearest_singers

    opened = open_index(index)
    model = encoder_of(opened, encoder, device)
    if not hasattr(model, "verify_files"):
        raise ValueError(
            f"{index}: made with {opened.about['encoder']}, a baseline, which "
            "has no threshold: embed and index with a SingerEncoder"
        )
    return model, partial(nearest_singers, opened)
