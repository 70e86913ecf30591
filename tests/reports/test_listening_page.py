"""The page of a listening test as a file: whole, safe, and blind."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from speechbrain_singer.reports.listening_page import write_listening_page

EVIL = '</script><img src=x onerror="alert(1)">&'
TEXTS = {name: f"{name} {EVIL}" for name in ("title", "question", "ending")}
TEXTS["instructions"] = "One\nline.\n\n  Two <b>."
QUESTIONS = {"q1": [b"\xff1", b"\xff2", b"\xff3"]}
QUESTIONS["q2"] = [b"\xff3", b"\xff1", EVIL.encode()]


class Page(HTMLParser):
    """Tags that close, texts and identifiers."""

    void = ("meta", "input", "img", "link")

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.texts, self.ids = [], [], [], []
        self.attributes, self.bodies = [], {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.bodies.setdefault(self.open[-1] if self.open else "", []).append(
            data
        )


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "test.html"
    write_listening_page(path, EVIL, QUESTIONS, TEXTS)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_is_well_formed(page):
    assert not page.open
    assert len(page.ids) == len(set(page.ids))
    assert page.tags.count("script") == 2 and page.tags.count("style") == 1


def test_every_text_is_a_text(page):
    assert "img" not in page.tags and "b" not in page.tags
    for name, tag in (("title", "h1"), ("question", "legend"), ("ending", "p")):
        assert TEXTS[name] in page.bodies[tag]
    assert {"One line.", "Two <b>."} <= set(page.bodies["p"])


def test_asks_the_network_for_nothing(page, text):
    names = {name for name, _ in page.attributes}
    assert not names & {"src", "href", "srcset", "action", "style"}
    assert not any(name.startswith("on") for name in names)
    assert not re.search(r"https?:|//[a-z]|fetch\(|import\(|XMLHttp", text)
    (policy,) = [v for _, v in page.attributes if v and "default-src" in v]
    assert policy.startswith("default-src 'none'; media-src blob:; ")
    # The browser runs this script, and no other
    for tag in ("script", "style"):
        digest = hashlib.sha256(page.bodies[tag][-1].encode()).digest()
        expected = f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}'"
        assert expected in policy


def test_holds_each_clip_once(page):
    data = json.loads(page.bodies["script"][0])
    assert data["test"] == EVIL
    clips = [base64.b64decode(clip) for clip in data["clips"]]
    assert len(clips) == len(set(clips)) == 4
    asked = {
        question["id"]: [clips[number] for number in question["clips"]]
        for question in data["questions"]
    }
    assert asked == QUESTIONS
    # Not in the order in which they were recommended
    assert clips == sorted(clips)
    assert set(data) == {"test", "questions", "clips"}


def test_controls_have_names(page, text):
    for field in re.findall(r'<label for="(\w+)"', text):
        assert field in page.ids
    labelled = re.findall(r'aria-labelledby="([\w-]+)"', text)
    assert len(labelled) == 3 and set(labelled) <= set(page.ids)
    used = re.findall(r'byId\("([\w-]+)"\)', page.bodies["script"][1])
    assert set(used) <= set(page.ids)
