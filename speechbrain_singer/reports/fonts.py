"""Fonts for the names in pictures, whatever script they are in."""

import logging
import warnings
from contextlib import contextmanager
from functools import cache

from matplotlib import rcParams
from matplotlib.font_manager import (
    FontProperties,
    findfont,
    findSystemFonts,
    fontManager,
    get_font,
)
from matplotlib.text import Text
from speechbrain.utils.logger import get_logger

logger = get_logger(__name__)
# A run's log has all that is said: hundreds of lines on each font it considers
logging.getLogger("matplotlib.font_manager").setLevel(logging.INFO)

_NO_FONTS = ("lastresort", "last resort")  # a box for every character
_said = set()  # characters that no font has


@contextmanager
def readable(figure):
    """Gives the texts of a figure fonts that have their characters.

    Where the usual font lacks some, others that are installed follow it. What
    none of them has is said once, and not for each character and picture.

    Arguments
    ---------
    figure : matplotlib.figure.Figure
        To be saved in the context.

    Example
    -------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> title = figure.suptitle("Zo\\u00eb")
    >>> with readable(figure):
    ...     title.get_fontfamily()
    ['sans-serif']
    """
    texts = [text for text in figure.findobj(Text) if text.get_text()]
    needed = frozenset("".join(text.get_text() for text in texts))
    usual = tuple(rcParams["font.family"])
    lacking = needed - _covered(_file(usual[0]), needed)
    families, left = _others(lacking)
    for text in texts if families else ():
        text.set_fontfamily([*usual, *families])
    _say(left, [text.get_text() for text in texts])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        yield


def _say(left, names):
    if left - _said:
        _said.update(left)
        unreadable = [name for name in dict.fromkeys(names) if left & {*name}]
        logger.warning(
            "no font that is installed has all characters of %s: pictures have "
            "boxes for them; install one that does, such as Noto Sans CJK",
            ", ".join(unreadable[:5]),
        )


@cache
def _others(lacking):
    """Families that have these characters together, and what none has."""
    installed = _installed() if lacking else {}
    covered = {
        family: _covered(path, lacking) for family, path in installed.items()
    }
    families, left = [], set(lacking)
    while covered:
        best = max(covered, key=lambda family: len(covered[family] & left))
        if not covered[best] & left:
            break
        families.append(best)
        left -= covered.pop(best)
    return families, frozenset(left)


def _installed():
    """The files of all families, upright and of usual weight first.

    Also of those that were installed since matplotlib looked.
    """
    known = {entry.fname for entry in fontManager.ttflist}
    for path in {*findSystemFonts()} - known:
        _add(path)
    files = {}
    for entry in sorted(fontManager.ttflist, key=_oddness):
        if not entry.name.lower().startswith(_NO_FONTS):
            files.setdefault(entry.name, entry.fname)
    return files


def _oddness(entry):
    return entry.style != "normal", abs(entry.weight - 400), entry.name


def _add(path):
    try:
        fontManager.addfont(path)
    # Whatever a file may fail of, it is no font to draw with
    except Exception as error:
        logger.debug("%s is no font: %s", path, error)


def _file(family):
    # In a list: a name alone would be read as a pattern of fontconfig
    return findfont(FontProperties(family=[family]))


def _covered(path, characters):
    """Those of the characters that a font has, and can draw."""
    try:
        font = get_font(path)
        font.set_size(10, 100)
        have = {c for c in characters if font.get_char_index(ord(c))}
        if have:
            font.load_char(ord(min(have)))
    # As above: fonts of pictures have no outlines
    except Exception as error:
        logger.debug("%s cannot be drawn with: %s", path, error)
        return set()
    return have | {c for c in characters if c.isspace()}
