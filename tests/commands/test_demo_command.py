import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from speechbrain_singer.demo import page as pages


@pytest.fixture
def opened(monkeypatch):
    """What the page is made of and opened with, until Ctrl-C comes."""
    found = {}

    def make_page(encoder, folder, search):
        found.update(encoder=encoder, folder=Path(folder), search=search)
        assert found["folder"].is_dir()
        return SimpleNamespace(close=lambda **_: found.update(closed=True))

    def open_page(page, host, port):
        found.update(host=host, port=port)
        return f"http://{host}:{port}/"

    def stay():
        raise KeyboardInterrupt

    monkeypatch.setattr(pages, "import_gradio", lambda: None)
    monkeypatch.setattr(pages, "make_page", make_page)
    monkeypatch.setattr(pages, "open_page", open_page)
    monkeypatch.setattr(pages, "stay", stay)
    return found


@pytest.fixture
def index(monkeypatch, encoder):
    """An index of two rows, wherever the catalogue's room is."""
    index = SimpleNamespace(
        about={"encoder": "mfcc"},
        rows=[{"path": "1.wav", "singer": "Ann"}, {"path": "2.wav"}],
        search=lambda vectors, k: ([[1, 0]], [[0.5, 0.25]]),
        encoder=encoder,
    )
    of = "speechbrain_singer.catalogue"
    rooms = {
        of: SimpleNamespace(),
        f"{of}.index": SimpleNamespace(open_index=lambda folder: index),
        f"{of}.queries": SimpleNamespace(
            encoder_of=lambda own, *_: own.encoder
        ),
    }
    for name, room in rooms.items():
        monkeypatch.setitem(sys.modules, name, room)
    return index


def test_it_serves_this_machine_until_ctrl_c(singer, folder, opened):
    ended = singer("demo", "--encoder", folder, "--port", 8123)
    assert ended.code == 130
    assert ended.out.startswith("open http://127.0.0.1:8123/ in a browser")
    assert ended.err == "singer: stopped\n"
    assert opened["encoder"].threshold == 0.5
    assert opened["search"] is None
    assert opened["closed"] and not opened["folder"].exists()


def test_an_index_brings_its_encoder(singer, index, opened):
    assert singer("demo", "--index", "voices").code == 130
    assert opened["encoder"] is index.encoder
    nearest = opened["search"](torch.ones(48), 5)
    assert nearest == [("2.wav", 0.5), ("Ann", 0.25)]


def test_an_index_of_a_baseline_is_refused(singer, index, opened):
    index.encoder = object()
    ended = singer("demo", "--index", "voices")
    assert (ended.code, opened) == (2, {})
    assert "voices: made with mfcc, a baseline" in ended.err
