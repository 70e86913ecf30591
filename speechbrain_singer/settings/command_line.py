"""Reads the command line of a recipe by the rules of its YAML."""

import difflib
import re
from functools import partial
from types import NoneType

from speechbrain.utils.run_opts import RunOptions

from speechbrain_singer.settings.files import (
    parse_yaml,
    read_part,
    read_yaml,
    tag_of,
)
from speechbrain_singer.settings.texts import as_text, is_text
from speechbrain_singer.settings.variants import experiment_of

PLACEHOLDER = "!PLACEHOLDER"  # HyperPyYAML's: to be given from outside
OPEN = ("", PLACEHOLDER)  # tags of what the command line may change


def parse_arguments(arguments):
    """As `speechbrain.parse_arguments`, but values are read as the file's are.

    `1e-4` is a number here as there, `--key=a=b` has the value `a=b`, and where
    the file has text, or a name or a path, any text will do; `null` is none.

    Arguments
    ---------
    arguments : list of str
        The path of a YAML, then `--key value` or `--key=value`: SpeechBrain's
        options, keys of the file and keys of its parts.

    Returns
    -------
    path : str
        Of the YAML, or of the experiment whose variant it is, see
        `experiment_of`.
    run_opts : speechbrain.utils.run_opts.RunOptions
    overrides : dict
        For `load_settings` and for `speechbrain.create_experiment_directory`.
        Keys of a part stand below the part's name: `{"data": {"pairs": ...}}`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file has no such key; the message names the nearest. If a
        variant leaves a value open, and it is not given.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.yaml"
    >>> _ = path.write_text("lr: 0.1\\nfolder: here")
    >>> parse_arguments([str(path), "--lr", "1e-4", "--folder", "run #2"])[2]
    {'lr': 0.0001, 'folder': 'run #2'}
    """
    path, run_opts, _ = _Options.from_command_line_args(arguments)
    _, given = _Options._create_parser().parse_known_args(arguments)
    experiment, own = experiment_of(path)
    overrides = placed_overrides(experiment, own, _pairs(given))
    for name, value in _flat(overrides):
        if tag_of(value) == PLACEHOLDER:
            raise ValueError(f"{path} leaves {name} open: give --{name} ...")
    return str(experiment), run_opts, overrides


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


def placed_overrides(path, own, pairs):
    """Overrides of the file, those of its parts below the parts' names.

    Those of the variant and of the command line, which has the last word.
    """
    file = read_yaml(path)
    parts = {name: _part(path, node) for name, node in file.items()}
    overrides = {}

    def put(name, read):
        part = next((p for p, keys in parts.items() if name in keys), None)
        if name in file:
            overrides[name] = read(file[name])
        elif part is not None:
            below = overrides.setdefault(part, {})
            below[name] = read(parts[part][name])
        else:
            known = [*file, *(key for keys in parts.values() for key in keys)]
            raise ValueError(
                f"{path} has no key {name!r}{nearest(name, known)}"
            )

    for name, value in own.items():
        put(name, partial(_checked, name, value))
    for name, text in pairs:
        put(name, partial(_value, name, text))
    return overrides


def _flat(overrides):
    """(name, value) of all overrides, those of parts too."""
    for name, value in overrides.items():
        yield from value.items() if type(value) is dict else [(name, value)]


def _checked(name, value, former):
    """A value of a variant, as its file has it."""
    if not tag_of(value):
        _check_kind(name, str(value), value, former)
    return value


def _part(path, node):
    """The keys of an included file, but for those that the including one binds.

    Those are changed where they are bound: `seed: !ref <seed>`.
    """
    part = read_part(path, node)
    if part is None:
        return {}
    set_here = node if isinstance(node, dict) else {}
    bound = {k for k, v in set_here.items() if tag_of(v) not in OPEN}
    return {k: v for k, v in (part | set_here).items() if k not in bound}


def _value(name, text, former):
    """A value of the command line, by the rules of the file."""
    is_tag = text.startswith("!") and not name.endswith(("_folder", "_file"))
    if (is_text(name) or isinstance(former, str)) and not is_tag:
        return None if text == "null" else as_text(name, text)
    value = parse_yaml(text, f"--{name} {text!r}", name)
    if not tag_of(value):
        _check_kind(name, text, value, former)
    return value


def _check_kind(name, text, value, former):
    """Refuses what is of another kind than the value in the file."""
    if isinstance(former, bool):
        fits, kind = isinstance(value, (bool, NoneType)), "True or False"
    elif isinstance(former, dict):
        fits = isinstance(value, dict) or (value is None and not tag_of(former))
        kind = "a mapping, such as {a: 1}, or !new: and what to build"
    elif isinstance(former, (int, float)):
        numbers = (int, float, list, dict, NoneType)
        fits = isinstance(value, numbers) and not isinstance(value, bool)
        kind = "a number"
        if name.endswith("singers"):
            fits = fits and not re.match("0[0-9]", text.strip())
            kind += " or a share, or a list of names, such as [a, b]"
    else:
        return
    if not fits:
        raise ValueError(f"{name} is {kind}, not {text!r}")
