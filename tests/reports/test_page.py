import pytest
from html_pages import Page
from matplotlib.figure import Figure

from speechbrain_singer.reports.page import (
    Recording,
    Section,
    write_page,
)


@pytest.fixture
def picture(tmp_path):
    figure = Figure()
    figure.subplots().plot([0, 1])
    figure.savefig(tmp_path / "a.png", dpi=20)
    return tmp_path / "a.png"


def test_is_well_formed_and_self_contained(tmp_path, picture):
    table = [["encoder", "trials", "EER"], ["a<b>", 12345, 9.876]]
    sections = [
        Section("Figures", "A & B", table=table),
        Section("Pictures", pictures={"Curve": picture}, code="seed: <1>"),
    ]
    write_page(tmp_path / "report.html", "On singers", sections)
    page = Page((tmp_path / "report.html").read_text())
    assert [s[:22] for s in page.sources] == ["data:image/png;base64,"]
    for text in ("A & B", "a<b>", "12,345", "9.88", "Curve", "seed: <1>"):
        assert text in page.texts
    assert page.tags.count("td") == 3 and page.tags.count("section") == 2


def test_a_picture_that_is_missing_is_named(tmp_path):
    section = Section("Pictures", pictures={"Curve": tmp_path / "no.png"})
    with pytest.raises(FileNotFoundError, match=r"no\.png"):
        write_page(tmp_path / "report.html", "On singers", [section])
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(
    "section, is_wide",
    [
        (Section("Text", "alone"), False),
        (Section("Small", table=[["a"] * 5, [1] * 5]), False),
        (Section("Large", table=[["a"] * 6, [1] * 6]), True),
        (Section("Settings", code="seed: 1"), True),
    ],
)
def test_what_is_small_leaves_room_beside_it(tmp_path, section, is_wide):
    write_page(tmp_path / "report.html", "On singers", [section])
    page = (tmp_path / "report.html").read_text()
    assert ('<section class="wide">' in page) == is_wide


def test_columns_of_text_are_set_to_the_left(tmp_path):
    heads = ["encoder", "EER", "trials", "lacking", "words", "none"]
    lines = [
        ["a", 9.5, "1,200", "-", "x", "-"],
        ["b", "-0.5", 12, "8", "y", "-"],
    ]
    section = Section("Figures", table=[heads, *lines])
    write_page(tmp_path / "report.html", "On singers", [section])
    page = (tmp_path / "report.html").read_text()
    for text in ("encoder", "words", "x", "y"):
        assert f' class="text">{text}</t' in page
    for number in ("EER", "9.50", "-0.5", "1,200", "-", "8", "none"):
        assert f"<td>{number}</td>" in page or f"<th>{number}</th>" in page


def test_recordings_are_played_from_the_page(tmp_path):
    cells = Recording('a"<b>', "singer &", b"123"), Recording("c", "silent")
    section = Section("Trials", table=[["first", "second"], cells])
    write_page(tmp_path / "report.html", "On singers", [section])
    page = Page((tmp_path / "report.html").read_text())
    assert page.sources == ["data:audio/mpeg;base64,MTIz"]
    assert {'a"<b>', "singer &", "c", "silent"} <= set(page.texts)
