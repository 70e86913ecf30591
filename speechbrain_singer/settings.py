"""A recipe's settings: its YAML and what the command line changes in it.

A YAML may be put together from parts, by `name: !include:parts/x.yaml`. The
keys of a part are given on the command line like those of the file itself.
"""

import difflib
import re
from pathlib import Path

from hyperpyyaml import load_hyperpyyaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from speechbrain.utils.run_opts import RunOptions


def parse_arguments(arguments):
    """As `speechbrain.parse_arguments`, but values are read as the file's are.

    `1e-4` is a number here as there, `--key=a=b` has the value `a=b`, and where
    the file has text, such as the name of a folder, any text will do.

    Arguments
    ---------
    arguments : list of str
        The path of a YAML, then `--key value` or `--key=value`: SpeechBrain's
        options, keys of the file and keys of its parts.

    Returns
    -------
    path : str
        Of the YAML.
    run_opts : speechbrain.utils.run_opts.RunOptions
    overrides : dict
        For `load_settings` and for `speechbrain.create_experiment_directory`.
        Keys of a part stand below the part's name: `{"data": {"pairs": ...}}`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file has no such key; the message names the nearest.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.yaml"
    >>> _ = path.write_text("lr: 0.1\\nfolder: here")
    >>> parse_arguments([str(path), "--lr", "1e-4", "--folder", "run #2"])[2]
    {'lr': 0.0001, 'folder': 'run #2'}
    """
    path, run_opts, _ = _Options.from_command_line_args(arguments)
    _, given = _Options._create_parser().parse_known_args(arguments)
    return path, run_opts, _overrides(Path(path), _pairs(given))


class _Options(RunOptions):
    """SpeechBrain's options, by their full names: `--data` is a key."""

    @staticmethod
    def _create_parser():
        parser = RunOptions._create_parser()
        parser.allow_abbrev = False
        return parser


def load_settings(path, overrides=None):
    """Builds what a YAML describes; its parts are found beside it.

    Arguments
    ---------
    path : str or Path
    overrides : dict, optional
        As `parse_arguments` returns them.

    Returns
    -------
    hparams : dict

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.yaml"
    >>> _ = path.write_text("batch_size: 2\\nhalf: !ref <batch_size> // 2")
    >>> load_settings(path, {"batch_size": 8})
    {'batch_size': 8, 'half': 4}
    """
    with open(path, encoding="utf-8") as file:
        return load_hyperpyyaml(file, overrides)


def nearest(name, keys):
    """What an error adds of the key that was meant, if one is near.

    Example
    -------
    >>> nearest("bach_size", ["batch_size", "seed"])
    "; did you mean 'batch_size'?"
    """
    near = difflib.get_close_matches(name, keys, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _pairs(arguments):
    """(key, value) of each `--key value` or `--key=value`."""
    pairs, words = [], list(arguments)
    while words:
        name = words.pop(0)
        if not name.startswith("--"):
            raise ValueError(
                f"{name!r} follows no --key: quote values that have blanks"
            )
        name, equals, value = name[2:].partition("=")
        if not equals:
            if not words:
                raise ValueError(f"--{name} has no value")
            value = words.pop(0)
        pairs.append((name, value))
    return pairs


def _overrides(path, pairs):
    """Overrides of the file, those of its parts below the parts' names."""
    own = _read(path)
    parts = {name: _part(path, node) for name, node in own.items()}
    overrides = {}
    for name, text in pairs:
        if name in own:
            overrides[name] = _value(name, text, own[name])
            continue
        part = next((p for p, keys in parts.items() if name in keys), None)
        if part is None:
            known = [*own, *(key for keys in parts.values() for key in keys)]
            raise ValueError(
                f"{path} has no key {name!r}{nearest(name, known)}"
            )
        value = _value(name, text, parts[part][name])
        overrides.setdefault(part, {})[name] = value
    return overrides


def _read(path):
    """The mapping in a YAML, with its tags and nothing built."""
    return YAML().load(path.read_text(encoding="utf-8")) or {}


def _part(path, node):
    """The keys of an included file that the including one leaves open."""
    file = re.fullmatch(r"!include:(.+)", str(_tag(node)))
    if not file:
        return {}
    set_here = node if isinstance(node, dict) else {}
    part = _read(path.parent / file[1])
    return {key: value for key, value in part.items() if key not in set_here}


def _tag(node):
    return getattr(getattr(node, "tag", None), "value", "")


def _value(name, text, former):
    """A value of the command line, by the rules of the file."""
    try:
        value = YAML(typ="safe").load(text)
    except YAMLError:  # a tag, or no YAML
        return YAML().load(text) if text.startswith("!") else text
    if value is None:
        return None
    if isinstance(former, bool) and not isinstance(value, bool):
        raise ValueError(f"{name} is True or False, not {text!r}")
    # `run #2`, `2024` and `on` are names of folders, where one is named
    is_text = isinstance(former, str) or name.endswith(("_folder", "_file"))
    return text if is_text or isinstance(value, str) else value
