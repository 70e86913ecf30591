import socket
import sys
import urllib.request

import pytest
import soundfile

from speechbrain_singer.demo import page as pages
from speechbrain_singer.inference.encoder import SingerEncoder

pytest.importorskip("gradio")

# Whatever proxy is set
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module")
def page(folder, tmp_path_factory):
    def search(embedding, count):
        assert embedding.shape == (48,)
        return [("Ann", 0.91234), ("Bea", 0.5)][:count]

    encoder = SingerEncoder.from_hparams(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", "")  # given back afterwards
        uploads = tmp_path_factory.mktemp("uploads")
        page = pages.make_page(encoder, uploads, search)
        yield page
        page.close(verbose=False)


@pytest.fixture
def voices(noise, tmp_path):
    paths = [tmp_path / "a.wav", tmp_path / "b.wav"]
    for seed, path in enumerate(paths):
        soundfile.write(path, noise(1, seed).numpy(), 44100)
    return paths


@pytest.fixture
def answer(page):
    """What the button does: paths -> text, two pictures, two tables."""
    (function,) = page.fns.values()
    return function.fn


def test_an_answer_with_pictures_and_nearest_singers(answer, voices):
    text, *pictures, first, second = answer(*map(str, voices[:2]))
    assert text.startswith("## The same singer\n")
    for picture in pictures:
        assert picture["visible"]
        assert picture["value"].size == (760, 250)
    assert first["value"] == second["value"]
    assert first["value"] == [["Ann", "0.912"], ["Bea", "0.500"]]


def test_bad_input_is_a_message_in_the_page(answer, voices, tmp_path):
    short = tmp_path / "short.wav"
    soundfile.write(short, [0.1, -0.1] * 100, 44100)
    text, *others = answer(str(voices[0]), str(short))
    assert text.startswith("## No answer\nshort.wav: too short")
    assert not any(other["visible"] for other in others)
    assert answer(None, str(short))[0] == pages.NOT_YET


def test_a_port_that_is_taken(page):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port} of 127.0.0.1 cannot"):
            pages.open_page(page, "127.0.0.1", port)


def test_it_is_served_on_this_machine_and_asks_no_other(page):
    address = pages.open_page(page, "127.0.0.1", None)
    assert address.startswith("http://127.0.0.1:")
    with DIRECT.open(address, timeout=10) as answer:
        html = answer.read().decode()
    assert "Who is singing?" in html
    # Of the theme, and of the frame around shared pages
    assert "fonts.googleapis" not in html and "cdnjs" not in html
    assert page.share_url is None and not page.analytics_enabled


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "gradio", None)
    with pytest.raises(ImportError, match=r"speechbrain_singer\[demo\]"):
        pages.import_gradio()
