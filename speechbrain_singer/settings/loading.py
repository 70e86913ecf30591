"""Builds what a recipe's YAML describes."""

import io
from pathlib import Path

from hyperpyyaml import load_hyperpyyaml
from hyperpyyaml.core import recursive_update
from ruamel.yaml import YAML

from speechbrain_singer.settings.files import (
    parse_yaml,
    read_part,
    read_yaml,
)
from speechbrain_singer.settings.texts import is_quoted


def load_settings(path, overrides=None):
    """Builds what a YAML describes; its parts are found beside it.

    Arguments
    ---------
    path : str or Path
    overrides : dict or str, optional
        As `parse_arguments` returns them; SpeechBrain's, a text, will do too.

    Returns
    -------
    hparams : dict

    Raises
    ------
    OSError, ImportError, TypeError, ValueError
        If it cannot be read or built; the message names the file.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.yaml"
    >>> _ = path.write_text("batch_size: 2\\nhalf: !ref <batch_size> // 2")
    >>> load_settings(path, {"batch_size": 8})
    {'batch_size': 8, 'half': 4}
    """
    stream = as_stream(settings_tree(path, overrides), path)
    try:
        return load_hyperpyyaml(stream)
    except OSError:
        raise
    except Exception as error:
        if str(path) in str(error):
            raise
        builds = isinstance(error, (ImportError, TypeError))
        kind = type(error) if builds else ValueError
        raise kind(f"{path}: {error}") from error


def settings_tree(path, overrides=None):
    """What a YAML holds with its overrides, nothing built; see `read_yaml`.

    HyperPyYAML reads the parts itself: names and paths in them stand with what
    the file gives the parts, as the texts that they are.
    """
    path = Path(path)
    tree = read_yaml(path)
    if isinstance(overrides, str):
        overrides = parse_yaml(overrides, f"{path}, overrides {overrides!r}")
    for node in tree.values():
        part = read_part(path, node)
        if part and isinstance(node, dict):
            for key, value in part.items():
                if is_quoted(value):
                    node.setdefault(key, value)
    try:
        recursive_update(tree, overrides or {}, must_match=True)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path}: cannot be changed by {overrides}: {error}"
        ) from error
    return tree


def as_stream(tree, path):
    """A tree as HyperPyYAML reads it."""
    stream = io.StringIO()
    YAML().dump(tree, stream)
    stream.seek(0)
    # It looks beside that for the parts
    stream.name = str(path)
    return stream
