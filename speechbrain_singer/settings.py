"""Loads a recipe's YAML; a misspelt key is named, with what was meant."""

import difflib
import re

import yaml
from hyperpyyaml import load_hyperpyyaml
from speechbrain.utils.run_opts import RunOptions


def load_settings(path, overrides="", needed=(), optional=()):
    """Loads a HyperPyYAML file with overrides, and checks its keys.

    Arguments
    ---------
    path : str
        The YAML file.
    overrides : str or dict
        As `speechbrain.parse_arguments` returns them.
    needed : sequence of str
        Keys that the recipe uses. If there are any, a key of the file that is
        neither one of them, nor one of SpeechBrain's options, nor referred to
        within the file, is an error: it is misspelt, or does nothing.
    optional : sequence of str
        Keys that the recipe uses if they are there.

    Returns
    -------
    hparams : dict

    Raises
    ------
    ValueError
        If an override has no key in the file, a needed key is missing from
        it, or nothing uses one of its keys. The message names the nearest.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.yaml"
    >>> _ = path.write_text("batch_size: 2")
    >>> load_settings(path, {"batch_size": 4}, needed=["batch_size"])
    {'batch_size': 4}
    >>> load_settings(path, "bach_size: 4")
    Traceback (most recent call last):
    ...
    ValueError: ...a.yaml has no key 'bach_size'; did you mean 'batch_size'?
    """
    with open(path, encoding="utf-8") as file:
        text = file.read()
    keys = _keys(text)
    if isinstance(overrides, str):
        overrides = yaml.safe_load(overrides) or {}
    for name in overrides:
        if name not in keys:
            raise ValueError(f"{path} has no key {name!r}{nearest(name, keys)}")
    for name in needed:
        if name not in keys:
            raise ValueError(
                f"{path} lacks the key {name!r}{nearest(name, keys)}"
            )
    used = {*needed, *optional, *RunOptions().as_dict()}
    used |= set(re.findall(r"<(\w+)", text))
    for name in keys if needed else ():
        if name not in used and not name.startswith("__"):
            raise ValueError(
                f"{path} has the key {name!r}, which nothing uses"
                f"{nearest(name, used)}"
            )
    return load_hyperpyyaml(text, overrides)


def _keys(text):
    """Top-level keys, in order; tags need not be known for that."""
    return re.findall(r"^([A-Za-z_]\w*)\s*:", text, flags=re.MULTILINE)


def nearest(name, keys):
    """What an error adds of the key that was meant, if one is near.

    Example
    -------
    >>> nearest("bach_size", ["batch_size", "seed"])
    "; did you mean 'batch_size'?"
    """
    near = difflib.get_close_matches(name, keys, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
