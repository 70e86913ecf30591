"""The page itself, of Gradio: two recordings in, an answer out."""

import os
import threading
from pathlib import Path

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.demo.answers import NOT_YET, compared
from speechbrain_singer.demo.pictures import spectrogram
from speechbrain_singer.extras import imported

_ABOUT = """\
# Who is singing?
Two recordings of one voice each, without accompaniment, some seconds or \
longer. They stay on this machine. The answer is no evidence: it must not \
decide anything about a person."""
_NEAREST = 5  # singers of the index
_LARGEST = "200mb"  # of an upload


def import_gradio():
    """The package `gradio`, which then asks nothing of the network.

    Raises
    ------
    ImportError
        If it is missing; the message says how to install it.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    return imported("demo", "the page", "gradio")


def make_page(encoder, folder, search=None):
    """The page for an encoder; `open_page` shows it.

    Arguments
    ---------
    encoder : SingerEncoder
    folder : str or Path
        Where uploads lie meanwhile.
    search : callable, optional
        From an embedding [dim] and a number to the nearest singers, a list of
        (name, score), see `nearest_singers`. Without it the page has no
        tables of them.

    Returns
    -------
    page : gradio.Blocks
    """
    gradio = import_gradio()
    os.environ["GRADIO_TEMP_DIR"] = str(folder)  # asked by each component
    with gradio.Blocks(
        title="Who is singing?",
        analytics_enabled=False,
        delete_cache=(600, 3600),  # seconds: looked after, and kept
    ) as page:
        gradio.Markdown(_ABOUT)
        with gradio.Row():
            recordings = [_recording(gradio, name) for name in "AB"]
        button = gradio.Button("Compare", variant="primary")
        answer = gradio.Markdown(NOT_YET)
        with gradio.Row():
            pictures = [
                gradio.Image(
                    **{"visible": False, "interactive": False, "buttons": []},
                    show_label=False,
                )
                for _ in "AB"
            ]
        with gradio.Row():
            tables = [
                gradio.Dataframe(
                    headers=[f"nearest to {name}", "score"],
                    **{"visible": False, "interactive": False},
                )
                for name in "AB"
            ]
        button.click(
            lambda *paths: _answer(gradio, encoder, search, paths),
            inputs=recordings,
            outputs=[answer, *pictures, *tables],
            api_name=False,
        )
    return page


def open_page(page, host, port):
    """Starts to serve a page, in a thread of its own.

    Arguments
    ---------
    page : gradio.Blocks
    host : str
        127.0.0.1 is for who sits at this machine, 0.0.0.0 for its network.
    port : int

    Returns
    -------
    address : str

    Raises
    ------
    OSError
        If the port is taken, or there is no such host.
    """
    gradio = import_gradio()
    fonts = {"font": ["system-ui", "sans-serif"], "font_mono": ["monospace"]}
    try:
        _, address, _ = page.launch(
            server_name=host,
            server_port=port,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            ssr_mode=False,
            footer_links=[],
            max_file_size=_LARGEST,
            theme=gradio.themes.Default(**fonts),
        )
    except OSError as error:
        raise OSError(
            f"port {port} of {host} cannot be had, so another program may "
            "have it: give another one as --port"
        ) from error
    return address


def stay():
    """Waits until Ctrl-C ends it, by a KeyboardInterrupt."""
    threading.Event().wait()


def _recording(gradio, name):
    return gradio.Audio(
        sources=["upload", "microphone"],
        type="filepath",
        label=f"Recording {name}",
        buttons=[],
    )


def _answer(gradio, encoder, search, paths):
    """What is shown below the button: text, pictures and tables."""
    hidden = [gradio.update(visible=False)] * 2
    if None in paths:
        return [NOT_YET, *hidden, *hidden]
    try:
        text, embeddings = compared(encoder, *paths)
        pictures = [
            gradio.update(
                value=spectrogram(path, f"{name}: {Path(path).name}"),
                visible=True,
            )
            for name, path in zip("AB", paths, strict=True)
        ]
    except AudioError as error:
        return [f"## No answer\n{error}", *hidden, *hidden]
    tables = hidden
    if search is not None:
        tables = [
            gradio.update(value=_rows(search(own, _NEAREST)), visible=True)
            for own in embeddings
        ]
    return [text, *pictures, *tables]


def _rows(nearest):
    return [[name, f"{score:.3f}"] for name, score in nearest]
