"""The folder that an evaluation leaves: figures, pictures and one page."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.reports.page import Section, write_page

logger = get_logger(__name__)


@dataclass(frozen=True)
class Results:
    """A folder of results.

    Arguments
    ---------
    folder : str or Path
    title : str
        Of the page.
    settings : dict
        What the figures are not to be quoted without. It stands with them in
        `metrics.json` and on the page.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> results = Results(folder, "mfcc on my corpus", {"seed": 1})
    >>> results.save({"EER": 9.0})
    >>> results.write([Section("Errors", "Few.")], {})
    >>> sorted(path.name for path in folder.iterdir())
    ['metrics.json', 'report.html']
    """

    folder: Path
    title: str
    settings: dict

    def __post_init__(self):
        # Of an object that the YAML built, its class is what can be said
        plain = (bool, int, float, str, list, tuple, dict, type(None))
        settings = {
            name: value if isinstance(value, plain) else type(value).__name__
            for name, value in self.settings.items()
        }
        object.__setattr__(self, "settings", settings)
        object.__setattr__(self, "folder", Path(self.folder))

    def save(self, figures):
        """Writes `metrics.json`, first of all and in place of a former one.

        Arguments
        ---------
        figures : dict
            The settings stand before them.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with atomic_open(self.folder / "metrics.json") as file:
            file.write(to_json({"settings": self.settings, **figures}))

    def write(self, sections, pictures, more=None):
        """Draws pictures and writes `report.html`.

        Arguments
        ---------
        sections : list of Section
            For the page, before the pictures and the settings.
        pictures : dict of str to (str, callable)
            By caption, the file's name and what draws it, given its path. One
            that cannot be drawn is left out, with a warning.
        more : dict of str to callable, optional
            By what it is, what makes a further Section, after the others. One
            that cannot be made is left out, with a warning.
        """
        made = make_each(more or {})
        drawn = draw_each(self.folder, pictures)
        lines = [f"{name}: {value}" for name, value in self.settings.items()]
        own = [
            Section("Pictures", pictures=drawn),
            Section("Settings", code="\n".join(lines)),
        ]
        page = self.folder / "report.html"
        write_page(page, self.title, [*sections, *made, *own])
        logger.info("All results are in %s", page)

    def remove_former(self, patterns, keep=None):
        """Removes what an earlier run left, once all is written anew.

        Arguments
        ---------
        patterns : sequence of str
            Of file names in the folder; those that are older than
            `metrics.json` go.
        keep : str or Path, optional
            A file that stays.
        """
        begun = (self.folder / "metrics.json").stat().st_mtime_ns
        kept = None if keep is None else Path(keep).resolve()
        for pattern in patterns:
            for path in self.folder.glob(pattern):
                is_former = path.stat().st_mtime_ns < begun
                if is_former and path.resolve() != kept:
                    path.unlink()


def make_each(makers):
    """Makes sections, of which some may fail.

    Arguments
    ---------
    makers : dict of str to callable
        By what it is, what makes a Section.

    Returns
    -------
    made : list of Section
        A warning names each of the others.
    """
    made = (_made(name, make) for name, make in makers.items())
    return [section for section in made if section is not None]


def _made(name, make):
    try:
        return make()
    # Whatever one fails of, the others are made
    except Exception as error:
        logger.warning("The page is without %s: %r", name, error)
        return None


def draw_each(folder, pictures):
    """Draws pictures, of which some may fail.

    Arguments
    ---------
    folder : Path
    pictures : dict of str to (str, callable)
        By caption, the file's name and what draws it, given its path.

    Returns
    -------
    drawn : dict of str to Path
        By caption; a warning names each of the others.
    """
    drawn = {}
    for caption, (name, draw) in pictures.items():
        path = folder / name
        try:
            draw(path)
            drawn[caption] = path
        # Whatever a picture fails of, the others are drawn
        except Exception as error:
            logger.warning("%s is not drawn: %r", path, error)
    return drawn


def to_json(value):
    """JSON with lists of numbers or names on one line each.

    Arguments
    ---------
    value : dict

    Returns
    -------
    text : str

    Example
    -------
    >>> print(to_json({"confusion": [[1, 2], [3, 4]]}), end="")
    {
      "confusion": [
        [1, 2],
        [3, 4]
      ]
    }
    """
    text = json.dumps(value, indent=2) + "\n"
    # Innermost lists are those without a bracket or brace; only new lines are
    # touched, which strings do not have
    return re.sub(r"\[\n[^][{}]*\]", _on_one_line, text)


def _on_one_line(found):
    return re.sub(r"\n *", " ", re.sub(r"(?<=\[)\n *|\n *(?=\])", "", found[0]))
