"""Links of Markdown files lead to files, and to headings, that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What git does not keep may lie in a clone
OWN = (
    *("docs", "recipes", "pretrained", "benchmarks", "hparams"),
    *("contrib", "examples"),
)
FILES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(path for name in OWN for path in ROOT.glob(f"{name}/**/*.md")),
]
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|<(?:img|a)\s[^>]*(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ +(.+?) *#*$", re.MULTILINE)


def anchors(path):
    """As GitHub, and the site, make them of headings."""
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    titles = (
        re.sub(r"\[(.*?)\]\(.*?\)", r"\1", own) for own in HEADING.findall(text)
    )
    kept = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.replace(" ", "-") for title in kept}


def broken(path):
    text = CODE.sub("", path.read_text("utf-8"))
    for link in ("".join(own) for own in LINK.findall(text)):
        if re.match(r"[a-z]+:", link):
            continue  # of the web: no network here
        target, _, anchor = link.partition("#")
        file = path.parent / target if target else path
        if not file.exists():
            yield f"{link}: no such file"
        elif ROOT not in file.resolve().parents and file.resolve() != ROOT:
            yield f"{link}: is not of the repository"
        elif anchor and anchor not in anchors(file):
            yield f"{link}: no such heading"


def test_links():
    found = {
        path.relative_to(ROOT).as_posix(): list(broken(path)) for path in FILES
    }
    assert len(found) > 40
    assert {path: links for path, links in found.items() if links} == {}


def test_what_is_broken_is_found(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        "# A `title`: of it\n[a](#a-title-of-it) [b](#b) [c](c.md)\n"
        "`[d](d.md)` [e](https://nowhere.example) [f](..)\n"
    )
    assert list(broken(page)) == [
        "#b: no such heading",
        "c.md: no such file",
        "..: is not of the repository",
    ]
