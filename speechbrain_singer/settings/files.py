"""YAML files as they are written: with their tags, and nothing built."""

import re
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

# Keys whose lists hold names, which are text whatever they look like
_OF_NAMES = re.compile(r"(.*_)?singers")


def read_yaml(path):
    """The mapping in a YAML file.

    Arguments
    ---------
    path : str or Path

    Returns
    -------
    tree : dict
        ruamel's, which keeps tags and how numbers are written. Lists of names
        are text: `[010, on]` are "010" and "on".

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no YAML mapping; the message names file and line.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.yaml"
    >>> _ = path.write_text("batch_size: 2\\nlr: 0.1: 0.2")
    >>> read_yaml(path)
    Traceback (most recent call last):
    ValueError: ...a.yaml, line 2: mapping values are not allowed here
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8: {error}") from error
    tree = parse_yaml(text, path)
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise ValueError(f"{path}: holds no settings, such as `seed: 1`")
    _quote_names(tree, YAML().compose(text))
    return tree


def parse_yaml(text, name):
    """What a text holds, as the values of a file are read.

    Arguments
    ---------
    text : str
    name : str or Path
        Where it stands, for errors.

    Returns
    -------
    value : object

    Raises
    ------
    ValueError
        If it is no YAML.

    Example
    -------
    >>> parse_yaml("1e-4", "--lr"), parse_yaml("on", "--name")
    (0.0001, 'on')
    """
    try:
        return YAML().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = (
            f", line {mark.line + 1}" if mark and isinstance(name, Path) else ""
        )
        raise ValueError(f"{name}{line}: {error.problem}") from error
    # ruamel has other errors for some things, such as the month 13
    except (YAMLError, ValueError, TypeError, AssertionError) as error:
        raise ValueError(f"{name}: no YAML: {error}") from error


def names_in(key, text):
    """The items of a list of names as they are written, None of another value.

    Example
    -------
    >>> names_in("test_singers", "[010, on]")
    ['010', 'on']
    """
    if not _OF_NAMES.fullmatch(key) or not text.startswith("["):
        return None
    parse_yaml(text, f"--{key} {text!r}")
    return _as_written(YAML().compose(text))


def part_path(path, node):
    """The file that a node of a file includes, None if it includes none."""
    file = re.fullmatch(r"!include:(.+)", tag_of(node))
    return file and Path(path).parent / file[1]


def tag_of(node):
    """The tag of a value that was read, such as `!ref`; "" without one."""
    return getattr(getattr(node, "tag", None), "value", None) or ""


def _quote_names(tree, node):
    for key, value in node.value:
        place = key.value
        if place not in tree:  # merged, or a number
            continue
        if isinstance(value, MappingNode):
            _quote_names(tree[place], value)
        elif _OF_NAMES.fullmatch(place) and isinstance(value, SequenceNode):
            tree[place] = _as_written(value)


def is_names(values):
    """Whether this is a list of names that was read."""
    quoted = DoubleQuotedScalarString
    return isinstance(values, list) and all(
        isinstance(value, quoted) for value in values
    )


def _as_written(node):
    return [
        DoubleQuotedScalarString(item.value)
        for item in node.value
        if isinstance(item, ScalarNode)
    ]
