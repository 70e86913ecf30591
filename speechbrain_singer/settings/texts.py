"""Names and paths are text, whatever they look like.

`[010, on]` are two singers, and `2024` is a folder.
"""

import os
import re

from ruamel.yaml.scalarstring import DoubleQuotedScalarString

_PATH = re.compile(r".*_(folder|file)|encoder(_[ab])?|trials")
_NAME = re.compile(
    r"(background_)?(corpus|part)|group_by|name(_[ab])?|pairs|"
    r"published_(folds|split)|second_column|back_end"
)
NAMES = re.compile(r"(.*_)?singers|same|different|colours")
_REFERENCE = re.compile(r"<[^>]*>")


def is_text(key):
    """Whether the value of a key is a name or a path.

    Example
    -------
    >>> is_text("output_folder"), is_text("corpus"), is_text("lr")
    (True, True, False)
    """
    return bool(_PATH.fullmatch(key) or _NAME.fullmatch(key))


def is_path(key):
    """Whether the value of a key may be a path."""
    return _PATH.fullmatch(key) is not None


def as_text(key, text):
    """The text of a name or a path; `~` is the home folder.

    Arguments
    ---------
    key : str
    text : str

    Returns
    -------
    text : str
        Which ruamel puts into quotes.

    Raises
    ------
    ValueError
        If HyperPyYAML would take a part of it for a reference.

    Example
    -------
    >>> as_text("output_folder", "run #2")
    'run #2'
    """
    if found := _REFERENCE.search(text):
        raise ValueError(
            f"{key}: {text!r}: {found[0]} would be taken for a reference to "
            "another setting: choose another name"
        )
    if is_path(key):
        text = os.path.expanduser(text)
    return DoubleQuotedScalarString(text)


def is_quoted(value):
    """Whether a value was made text, or a list of texts."""
    values = value if isinstance(value, list) else [value]
    quoted = DoubleQuotedScalarString
    return bool(values) and all(isinstance(item, quoted) for item in values)
