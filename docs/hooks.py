"""Makes a site of the repository: no text stands twice.

The READMEs of the repository are pages where they lie, those of docs/ at the
top, and the package's rooms are pages of the reference. Links between files
become links between pages; of a file that is no page the text is left.
"""

import ast
import posixpath
import re
from fnmatch import fnmatch
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "speechbrain_singer"
FILES = (
    *("*.md", "recipes/**/*.md", "pretrained/**/*.md", "benchmarks/*.md"),
    *("contrib/*/*.md", "examples/*/*.md"),
)
# Shown with all that they inherit
CLASSES = {
    "SingerEncoder": "speechbrain_singer.inference.encoder",
    "SingingTranscriber": "speechbrain_singer.inference.transcriber",
}
# Code, which is left as it is, or a link: its text, its target, its anchor
_LINK = re.compile(
    r"```.*?```|`[^`]*`|(!?\[[^\]]*\])\(([^)#\s]*)(#[^)\s]*)?\)", re.DOTALL
)


def on_config(config):
    """Fills what has a star in the navigation with the pages left over."""
    named = set(_named(config.nav))
    left = [page for page in [*_files(), *_reference()] if page not in named]
    config.nav = _filled(config.nav, sorted(left, key=str.lower))


def on_files(files, config):
    """Adds pages that do not lie in docs/."""
    for page in _files():
        source = str(ROOT / page)
        files.append(File.generated(config, page, abs_src_path=source))
    for page, content in _reference().items():
        files.append(File.generated(config, page, content=content))


def on_page_markdown(markdown, page, config, files):
    """Turns links between files into links between pages."""
    here = page.file.src_uri
    file = here if here in _files() else f"docs/{here}"

    def linked(match):
        text, target, anchor = match.groups()
        if not target or "://" in target:
            return match.group()
        path = posixpath.normpath(f"{posixpath.dirname(file)}/{target}")
        path = path.lstrip("/").removeprefix("docs/")
        if files.get_file_from_path(path) is None:
            return text.strip("[]")
        path = posixpath.relpath(path, posixpath.dirname(here) or ".")
        return f"{text}({path}{anchor or ''})"

    return _LINK.sub(linked, markdown)


def _files():
    found = (path for pattern in FILES for path in ROOT.glob(pattern))
    return [path.relative_to(ROOT).as_posix() for path in sorted(found)]


def _named(nav):
    """The pages that the navigation names."""
    for entry in nav.values() if isinstance(nav, dict) else nav:
        yield from [entry] if isinstance(entry, str) else _named(entry)


def _filled(nav, left):
    if isinstance(nav, dict):
        return {name: _filled(entry, left) for name, entry in nav.items()}
    if isinstance(nav, list):
        return [_filled(entry, left) for entry in nav]
    return [page for page in left if fnmatch(page, nav)] if "*" in nav else nav


def _reference():
    """Pages of the reference: path -> Markdown."""
    pages, lines = {}, ["# Reference\n"]
    for name, module in CLASSES.items():
        options = "    options: {inherited_members: true}\n"
        pages[f"reference/{name}.md"] = (
            f"# {name}\n\n::: {module}.{name}\n{options}"
        )
        lines.append(f"- [{name}]({name}.md), with all that it inherits")
    for path in sorted(PACKAGE.glob("*/__init__.py")):
        room = path.parent.name
        about = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        pages[f"reference/{room}.md"] = _room(room, path)
        lines.append(f"- [{room}]({room}.md): {about.splitlines()[0]}")
    pages["reference/index.md"] = "\n".join(lines) + "\n"
    return pages


def _room(room, path):
    name = f"speechbrain_singer.{room}"
    modules = [
        f"{name}.{own.stem}"
        for own in sorted(path.parent.glob("*.py"))
        if not own.stem.startswith("_")
    ]
    shown = [own for own in [name, *modules] if own not in CLASSES.values()]
    return "\n\n".join([f"# {room}", *(f"::: {own}" for own in shown)]) + "\n"
