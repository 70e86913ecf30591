"""`singer demo`: a page on this machine to try an encoder on."""

import tempfile
import threading
from typing import Annotated

import typer

from speechbrain_singer.commands.options import DEFAULT, Device
from speechbrain_singer.commands.outcome import say

# It has a threshold, and takes files: baselines do not
OwnEncoder = Annotated[
    str,
    typer.Option(
        "--encoder",
        help="A bundled name, a folder or a hub repository.",
        metavar="NAME",
    ),
]
Host = Annotated[
    str, typer.Option(help="127.0.0.1 is this machine, 0.0.0.0 its network.")
]
Port = Annotated[int, typer.Option(min=1, max=65535)]


def demo(
    encoder: OwnEncoder = DEFAULT,
    host: Host = "127.0.0.1",
    port: Port = 7860,
    device: Device = "cpu",
):
    """Open a page to try it on: files or microphone. Ctrl-C ends it."""
    from speechbrain_singer.demo.page import import_gradio, make_page, open_page
    from speechbrain_singer.inference.encoder import SingerEncoder

    import_gradio()  # before the encoder, which takes seconds
    model = SingerEncoder.from_hparams(encoder, run_opts={"device": device})
    with tempfile.TemporaryDirectory(prefix="singer-demo-") as folder:
        page = make_page(model, folder)
        try:
            address = open_page(page, host, port)
            say({}, f"open {address} in a browser; Ctrl-C ends it", False)
            threading.Event().wait()
        finally:
            page.close(verbose=False)
