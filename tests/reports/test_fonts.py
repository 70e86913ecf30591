"""Names in scripts that the usual font lacks."""

import logging
import warnings

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib.font_manager import findfont, fontManager
from matplotlib.image import imread
from scipy.ndimage import minimum_filter

from speechbrain_singer.reports import fonts
from speechbrain_singer.reports.pictures import name_lines, picture

# Of the private use area, so that no font that is installed has them
NAME, OTHER = "\ue7a1\ue7a2", "\ue7a3"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Installs a font of black squares, as a user does while we run."""
    before = list(fontManager.ttflist)
    monkeypatch.setattr(fonts, "_said", set())
    fonts._others.cache_clear()

    family = tmp_path.name  # matplotlib remembers families

    def installed(characters):
        pen = TTGlyphPen(None)
        pen.moveTo((0, 0))
        for corner in ((0, 800), (900, 800), (900, 0)):
            pen.lineTo(corner)
        pen.closePath()
        square = pen.glyph()
        names = [".notdef", *(f"u{ord(c):04x}" for c in characters)]
        font = FontBuilder(1000, isTTF=True)
        font.setupGlyphOrder(names)
        font.setupCharacterMap({ord(c): f"u{ord(c):04x}" for c in characters})
        font.setupGlyf(dict.fromkeys(names, square))
        font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
        font.setupHorizontalHeader(ascent=800, descent=-200)
        font.setupNameTable({"familyName": family, "styleName": "Regular"})
        font.setupOS2(usWeightClass=400)
        font.setupPost()
        path = tmp_path / f"{family}.ttf"
        font.save(path)
        (tmp_path / "broken.ttf").write_bytes(b"no font")
        found = [str(path), str(tmp_path / "broken.ttf")]
        monkeypatch.setattr(fonts, "findSystemFonts", lambda: found)

        return family

    yield installed
    fontManager.ttflist[:] = before
    fonts._others.cache_clear()


def draw(path, names):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with picture(path, 3, 3) as figure:
            axis = figure.subplots()
            name_lines(axis, names, 12)
            axis.set_xticks([])
    return axis.get_yticklabels()


def test_a_font_that_has_them_is_taken(install, tmp_path, caplog):
    family = install(NAME)
    label, plain = draw(tmp_path / "a.png", [NAME, "ann"])
    for text in (label, plain):
        assert text.get_fontfamily() == ["sans-serif", family]
    assert not caplog.messages
    # Its squares are drawn; no letter, line or empty box has so much ink
    dark = imread(tmp_path / "a.png")[..., 0] < 0.1
    assert minimum_filter(dark, 10).any()


def test_what_no_font_has_is_said_once(install, tmp_path, caplog):
    install(NAME)
    for file in ("a.png", "b.png"):
        draw(tmp_path / file, [NAME, f"x{OTHER}", "ann"])
    (message,) = caplog.messages
    assert f"all characters of x{OTHER}:" in message and NAME not in message


def test_names_that_the_usual_font_has_need_no_other(install, tmp_path, caplog):
    install(NAME)
    names = ["ann", "Zo\u00eb", "\u0412\u0438\u043a\u0442\u043e\u0440"]
    labels = draw(tmp_path / "a.png", names)
    assert {*map(np.size, (label.get_fontfamily() for label in labels))} == {1}
    assert not caplog.messages


def test_the_search_for_a_font_is_in_no_log(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)  # of the root, as in a run
    findfont("DejaVu Serif:size=23.5", rebuild_if_missing=False)
    draw(tmp_path / "a.png", ["ann"])
    assert not [r for r in caplog.records if r.name.startswith("matplotlib")]
