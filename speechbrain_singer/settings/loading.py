"""Builds what a recipe's YAML describes."""

import io
from pathlib import Path

from hyperpyyaml import load_hyperpyyaml
from hyperpyyaml.core import recursive_update
from ruamel.yaml import YAML

from speechbrain_singer.settings.files import (
    is_names,
    parse_yaml,
    part_path,
    read_yaml,
)


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
    tree = settings_tree(path, overrides)
    stream = io.StringIO()
    YAML().dump(tree, stream)
    stream.seek(0)
    # HyperPyYAML looks beside it for the parts
    stream.name = str(path)
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

    Lists of names in its parts stand with what it gives the parts.
    """
    path = Path(path)
    tree = read_yaml(path)
    if isinstance(overrides, str):
        overrides = parse_yaml(overrides, f"{path}, overrides {overrides!r}")
    for node in tree.values():
        part = part_path(path, node)
        if part and isinstance(node, dict):
            names = {k: v for k, v in read_yaml(part).items() if is_names(v)}
            node.update({k: v for k, v in names.items() if k not in node})
    try:
        recursive_update(tree, overrides or {}, must_match=True)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path}: cannot be changed by {overrides}: {error}"
        ) from error
    return tree
