"""YAML as it is written: with its tags, and nothing built."""

import copy
import re
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from speechbrain_singer.settings.texts import NAMES, as_text, is_text

_MOST = 20_000  # values in a file


def read_yaml(path):
    """The mapping in a YAML file.

    Arguments
    ---------
    path : str or Path

    Returns
    -------
    tree : dict
        ruamel's, which keeps tags and how numbers are written.

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
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file of settings")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8: {error}") from error
    tree = parse_yaml(text, path)
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise ValueError(f"{path}: holds no settings, such as `seed: 1`")
    return tree


def parse_yaml(text, name, key=""):
    """What a text holds.

    Arguments
    ---------
    text : str
    name : str or Path
        Where it stands, for errors.
    key : str
        Of which it is the value.

    Returns
    -------
    value : object

    Raises
    ------
    ValueError
        If it is no YAML.

    Example
    -------
    >>> parse_yaml("1e-4", "--lr"), parse_yaml("[010]", "--", "test_singers")
    (0.0001, ['010'])
    """
    # Reading takes long, and one start reads the same files several times
    return copy.deepcopy(_parsed(text, name, key))


@lru_cache(maxsize=512)
def _parsed(text, name, key):
    try:
        constructor, _ = YAML().get_constructor_parser(text)
        node = constructor.composer.get_single_node()
        _check_size(node)
        if not key:
            _check_keys(node)
        value = None if node is None else constructor.construct_document(node)
        return _with_texts(key, value, node)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ValueError(f"{_place(name, mark)}: {error.problem}") from error
    except _NoTextError as error:
        raise ValueError(f"{_place(name, error.mark)}: {error}") from error
    # ruamel has other errors for some things, such as the month 13
    except Exception as error:
        raise ValueError(f"{name}: no YAML: {error}") from error


def part_path(path, node):
    """The file that a node of a file includes, None if it includes none."""
    file = re.fullmatch(r"!include:(.+)", tag_of(node))
    return file and Path(path).parent / file[1]


def read_part(path, node):
    """The mapping in the file that a node of a file includes.

    Arguments
    ---------
    path : str or Path
        Of the file that includes.
    node : object
        One of its values.

    Returns
    -------
    tree : dict or None
        None if the node includes no file.

    Raises
    ------
    FileNotFoundError, ValueError
        As `read_yaml` has them; a file that is missing is named with the one
        that includes it.
    """
    part = part_path(path, node)
    if part is None:
        return None
    if not part.is_file():
        raise FileNotFoundError(f"{path}: includes {part}: no such file")
    return read_yaml(part)


def tag_of(node):
    """The tag of a value that was read, such as `!ref`; "" without one."""
    return getattr(getattr(node, "tag", None), "value", None) or ""


class _NoTextError(ValueError):
    def __init__(self, message, node):
        super().__init__(message)
        self.mark = node.start_mark


def _place(name, mark):
    is_file = isinstance(name, Path) and mark is not None
    return f"{name}, line {mark.line + 1}" if is_file else name


def _check_size(node):
    """Refuses aliases of aliases, which a few lines of make billions."""
    waiting, count = [node], 0
    while waiting:
        node = waiting.pop()
        count += 1
        if count > _MOST:
            raise _NoTextError(f"more than {_MOST} values", node)
        if isinstance(node, MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, SequenceNode):
            waiting += node.value


def _check_keys(node):
    """Refuses settings that have no names; below them there may be such."""
    for name, _ in node.value if isinstance(node, MappingNode) else ():
        is_scalar = isinstance(name, ScalarNode)
        if not (is_scalar and name.tag == "tag:yaml.org,2002:str"):
            raise _NoTextError("keys are text: put others in quotes", name)


def _with_texts(key, value, node):
    """A value with names and paths in it as they were written."""
    if isinstance(node, MappingNode):
        for name, child in node.value:
            # Not of numbers and the like, nor of what is merged
            if isinstance(name, ScalarNode) and name.value in value:
                name = name.value
                value[name] = _with_texts(name, value[name], child)
    elif isinstance(node, SequenceNode) and NAMES.fullmatch(key):
        return [_name_in(key, item) for item in node.value]
    elif isinstance(node, SequenceNode):
        for place, child in enumerate(node.value):
            value[place] = _with_texts("", value[place], child)
    elif value is not None and is_text(key) and not tag_of(value):
        return _as_text(key, node)
    return value


def _as_text(key, node):
    try:
        return as_text(key, node.value)
    except ValueError as error:
        raise _NoTextError(str(error), node) from error


def _name_in(key, node):
    if not isinstance(node, ScalarNode) or not node.tag.startswith("tag:yaml"):
        raise _NoTextError(
            f"{key} is a list of names: put those with `: ` in them, or with "
            "brackets or ! before them, in quotes",
            node,
        )
    return _as_text(key, node)
