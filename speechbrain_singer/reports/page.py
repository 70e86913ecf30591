"""One self-contained HTML page: figures and pictures of an evaluation."""

import base64
import html
from dataclasses import dataclass, field
from pathlib import Path

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.reports.tables import shown

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem;
       margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .8rem .3rem 0; text-align: right;
         border-bottom: 1px solid #8885; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; }
figure { margin: 1rem 0; }
img { max-width: 100%; height: auto; background: white; }
figcaption { font-size: .9rem; opacity: .8; }
pre { overflow-x: auto; font-size: .85rem; }
@media print {
  body { max-width: none; }
  figure, table { break-inside: avoid; }
  figure { margin: .5rem 0; }
  img { max-height: 42vh; }  /* two on a page, with their captions */
  h2 { break-after: avoid; }
  pre { white-space: pre-wrap; }
}
"""
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
{sections}
</body>
</html>
"""


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
        `shown` writes them.
    pictures : dict of str to (str or Path)
        Captions and PNG files.
    code : str
        Shown as it is, such as the settings.
    """

    heading: str
    text: str = ""
    table: list = field(default_factory=list)
    pictures: dict = field(default_factory=dict)
    code: str = ""


def write_page(path, title, sections):
    """Writes a page that needs nothing beside it: pictures stand in it.

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
    page = _PAGE.format(
        title=html.escape(title),
        style=_STYLE,
        sections="\n".join(_section(section) for section in sections),
    )
    with atomic_open(path) as file:
        file.write(page)


def _section(section):
    parts = [f"<section>\n<h2>{html.escape(section.heading)}</h2>"]
    if section.text:
        parts.append(f"<p>{html.escape(section.text)}</p>")
    if section.table:
        parts.append(_table(*section.table))
    for caption, picture in section.pictures.items():
        parts.append(_figure(caption, picture))
    if section.code:
        parts.append(f"<pre>{html.escape(section.code)}</pre>")
    return "\n".join([*parts, "</section>"])


def _table(heads, *lines):
    body = "\n".join(_line("td", line) for line in lines)
    return (
        f'<div class="table"><table>\n<thead>{_line("th", heads)}</thead>\n'
        f"<tbody>{body}</tbody>\n</table></div>"
    )


def _line(tag, cells):
    texts = [html.escape(shown(cell)) for cell in cells]
    return f"<tr>{''.join(f'<{tag}>{text}</{tag}>' for text in texts)}</tr>"


def _figure(caption, picture):
    data = base64.b64encode(Path(picture).read_bytes()).decode()
    caption = html.escape(caption)
    return (
        f'<figure><img alt="{caption}" src="data:image/png;base64,{data}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )
