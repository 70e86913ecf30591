from html.parser import HTMLParser

import pytest
from matplotlib.figure import Figure

from speechbrain_singer.reports.page import Section, write_page


class Page(HTMLParser):
    """What a reader would find: tags that close, texts, sources."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.texts, self.sources = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in ("meta", "img"):
            self.open.append(tag)
        for name, value in attributes:
            if name in ("src", "href"):
                self.sources.append(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append(data.strip())


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
    assert not page.open
    assert [s[:22] for s in page.sources] == ["data:image/png;base64,"]
    for text in ("A & B", "a<b>", "12,345", "9.88", "Curve", "seed: <1>"):
        assert text in page.texts
    assert page.tags.count("td") == 3 and page.tags.count("section") == 2


def test_a_picture_that_is_missing_is_named(tmp_path):
    section = Section("Pictures", pictures={"Curve": tmp_path / "no.png"})
    with pytest.raises(FileNotFoundError, match=r"no\.png"):
        write_page(tmp_path / "report.html", "On singers", [section])
    assert not (tmp_path / "report.html").exists()
