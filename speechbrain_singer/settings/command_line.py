"""Reads the command line of a recipe by the rules of its YAML."""

import difflib
from pathlib import Path

from ruamel.yaml.scalarstring import DoubleQuotedScalarString
from speechbrain.utils.run_opts import RunOptions

from speechbrain_singer.settings.files import (
    names_in,
    parse_yaml,
    part_path,
    read_yaml,
    tag_of,
)


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
    own = read_yaml(path)
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


def _part(path, node):
    """The keys of an included file that the including one leaves open."""
    file = part_path(path, node)
    set_here = node if isinstance(node, dict) else {}
    part = read_yaml(file) if file else {}
    return {key: value for key, value in part.items() if key not in set_here}


def _value(name, text, former):
    """A value of the command line, by the rules of the file."""
    # `run #2`, `2024` and `on` are names of folders, where one is named
    is_folder = name.endswith(("_folder", "_file"))
    is_tag = text.startswith("!") and not is_folder
    if (is_folder or isinstance(former, str)) and not is_tag:
        return None if text == "null" else DoubleQuotedScalarString(text)
    names = None if is_tag else names_in(name, text)
    if names is not None:
        return names
    value = parse_yaml(text, f"--{name} {text!r}")
    if value is None or tag_of(value):
        return value
    if isinstance(former, bool):
        if not isinstance(value, bool):
            raise ValueError(f"{name} is True or False, not {text!r}")
    elif isinstance(former, (int, float)) and isinstance(value, (bool, str)):
        raise ValueError(f"{name} is a number, or a list, not {text!r}")
    return value
