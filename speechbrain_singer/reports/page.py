"""One self-contained HTML page: figures and pictures of an evaluation."""

import html
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.reports.markup import (
    data_uri,
    policy_hash,
    read_part,
    script_data,
)
from speechbrain_singer.reports.tables import shown

_FOLDER = "interactive"
_MOST_COLUMNS = 5  # of a table that leaves room for a section beside it


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Arguments
    ---------
    heading : str
    text : str
        A paragraph.
    table : list of list
        Lines of cells, the first of them the heads of the columns; numbers as
        `shown` writes them, and recordings to play as `Recording`.
    pictures : dict of str to (str or Path)
        Captions and PNG files.
    code : str
        Shown as it is, such as the settings.
    widgets : dict of str to dict
        What one works with, by its name: the data that `interactive/<name>.js`
        brings to life in `interactive/<name>.html`. Without JavaScript, and in
        print, it is not there.
    """

    heading: str
    text: str = ""
    table: list = field(default_factory=list)
    pictures: dict = field(default_factory=dict)
    code: str = ""
    widgets: dict = field(default_factory=dict)

    @property
    def is_wide(self):
        """Whether nothing has room beside it."""
        columns = len(self.table[0]) if self.table else 0
        return bool(self.pictures or self.code or columns > _MOST_COLUMNS)


@dataclass(frozen=True)
class Recording:
    """A cell of a table: a recording, with a player if there is a clip of it.

    Arguments
    ---------
    name : str
    about : str
        What else is to be known.
    clip : bytes or None
        As MP3.
    """

    name: str
    about: str = ""
    clip: bytes | None = None


def write_page(path, title, sections):
    """Writes a page that needs nothing beside it: pictures stand in it.

    It asks the network for nothing, and its browser would not let it.

    Arguments
    ---------
    path : str or Path
        Of the HTML file.
    title : str
    sections : list of Section

    Example
    -------
    >>> path = getfixture("tmp_path") / "report.html"
    >>> table = [["encoder", "EER in %"], ["ours", 9.0]]
    >>> write_page(path, "A < B", [Section("Errors", table=table)])
    >>> "<h1>A &lt; B</h1>" in path.read_text()
    True
    """
    names = dict.fromkeys(name for own in sections for name in own.widgets)
    script = "".join(read_part(_FOLDER, f"{name}.js") for name in names)
    style = read_part(_FOLDER, "page.css")
    page = Template(read_part(_FOLDER, "page.html")).substitute(
        title=html.escape(title),
        script=script,
        script_hash=policy_hash(script),
        style=style,
        style_hash=policy_hash(style),
        sections="\n".join(_section(section) for section in sections),
    )
    with atomic_open(path) as file:
        file.write(page)


def _section(section):
    kind = ' class="wide"' if section.is_wide else ""
    parts = [f"<section{kind}>\n<h2>{html.escape(section.heading)}</h2>"]
    if section.text:
        parts.append(f"<p>{html.escape(section.text)}</p>")
    if section.table:
        parts.append(_table(*section.table))
    parts += [_widget(name, data) for name, data in section.widgets.items()]
    if section.pictures:
        figures = "\n".join(_figure(*own) for own in section.pictures.items())
        parts.append(f'<div class="pictures">\n{figures}\n</div>')
    if section.code:
        parts.append(f"<pre>{html.escape(section.code)}</pre>")
    return "\n".join([*parts, "</section>"])


def _table(heads, *lines):
    kinds = [_kind(column) for column in zip(*lines, strict=True)]
    kinds = kinds or [""] * len(heads)
    body = "\n".join(_line("td", line, kinds) for line in lines)
    return (
        f'<div class="table"><table{_class(_table_kind(lines, kinds))}>\n'
        f"<thead>{_line('th', heads, kinds)}</thead>\n"
        f"<tbody>{body}</tbody>\n</table></div>"
    )


def _table_kind(lines, kinds):
    """Of those that phones show in another way."""
    if any(isinstance(cell, Recording) for line in lines for cell in line):
        return "players"
    return "figures" if kinds == ["text", "", "text"] else ""


def _kind(column):
    """Text is set to the left, and numbers, with what lacks, to the right."""
    if any(isinstance(cell, Recording) for cell in column):
        return "text"
    begins = "".join(shown(cell).lstrip("-+(")[:1] for cell in column)
    is_text = begins and not any(map(str.isdigit, begins))
    return "text" if is_text else ""


def _class(kind):
    return f' class="{kind}"' if kind else ""


def _line(tag, cells, kinds):
    texts = [
        f"<{tag}{_class(kind)}>{_cell(cell)}</{tag}>"
        for cell, kind in zip(cells, kinds, strict=True)
    ]
    return f"<tr>{''.join(texts)}</tr>"


def _cell(cell):
    if not isinstance(cell, Recording):
        return html.escape(shown(cell))
    name, about = html.escape(cell.name), html.escape(cell.about)
    player = "" if cell.clip is None else _player(name, cell.clip)
    return f'<div class="recording">{name}<span>{about}</span>{player}</div>'


def _player(name, clip):
    source = data_uri("audio/mpeg", clip)
    return (
        f'<audio controls preload="none" aria-label="{name}" src="{source}">'
        "</audio>"
    )


def _widget(name, data):
    template = Template(read_part(_FOLDER, f"{name}.html"))
    return template.substitute(data=script_data(data))


def _figure(caption, picture):
    source = data_uri("image/png", Path(picture).read_bytes())
    caption = html.escape(caption)
    return (
        f'<figure><img alt="{caption}" src="{source}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )
