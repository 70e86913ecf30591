"""Each key of a YAML is used, and each key that a script reads is there."""

import ast
import csv
import re
import shutil
from dataclasses import fields
from functools import cache

import pytest
import yaml
from evaluation_recipe import ROOT
from speechbrain.utils.run_opts import RunOptions

from speechbrain_singer.settings.variants import experiment_of

# What a Brain takes from the YAML where the command line does not say it
RUN_OPTIONS = {(field.name,) for field in fields(RunOptions)}
# <key>, or <part[key]>, as `!ref` and `!copy` have it
REFERENCE = re.compile(r"<(\w+)(?:\[(\w+)\])?")


def rows():
    """Of the lists of recipes: (YAML, script)."""
    for path in sorted((ROOT / "tests" / "recipes").glob("*.csv")):
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                yield ROOT / row["Hparam_file"], ROOT / row["Script_file"]


@cache
def recipes():
    """Each experiment with its script.

    What variants set in theirs is checked as the command line is.
    """
    return {
        path.resolve(): script
        for path, script in rows()
        if not re.search("^experiment:", path.read_text(), re.MULTILINE)
    }


def test_variants_are_for_the_script_of_their_experiment():
    for path, script in rows():
        experiment, _ = experiment_of(path)
        assert recipes()[experiment.resolve()] == script, path


@cache
def keys_of(path):
    """The nodes of a YAML by their keys; nothing is built."""
    node = yaml.compose(path.read_text())
    return {key.value: value for key, value in node.value}


def included(path, node):
    """Where the part lies that a key stands for, or None."""
    _, include, name = node.tag.partition("!include:")
    return path.parent / name if include else None


def references(node):
    """All (key,) and (part, key) that a node refers to."""
    if isinstance(node, yaml.ScalarNode):
        found = REFERENCE.findall(node.value)
    elif isinstance(node, yaml.MappingNode):
        found = [pair for _, value in node.value for pair in references(value)]
    else:
        found = [pair for value in node.value for pair in references(value)]
    return {tuple(filter(None, names)) for names in found}


def read_by(script):
    """(key,) of hparams["key"], (part, key) of part["key"]."""
    found = set()
    for node in ast.walk(ast.parse(script.read_text())):
        match node:
            case ast.Subscript(ast.Name("hparams"), ast.Constant(str() as key)):
                found.add((key,))
            case ast.Subscript(
                ast.Name(part)
                | ast.Subscript(ast.Name("hparams"), ast.Constant(part)),
                ast.Constant(str() as key),
            ):
                found.add((part, key))
    return found


def known_in(path):
    """(key,) and (part, key) of a YAML and its parts."""
    nodes = keys_of(path)
    parts = {name: included(path, node) for name, node in nodes.items()}
    return {(name,) for name in nodes} | {
        (name, key)
        for name, part in parts.items()
        if part
        for key in keys_of(part)
    }


def unused_and_missing(path, script, siblings=()):
    """Keys of a YAML and its parts that nothing uses, or that are not there.

    What a script reads may be there in `siblings`, which it trains too.
    """
    known, used = set(), read_by(script) | RUN_OPTIONS
    of_siblings = {names for each in siblings for names in known_in(each)}
    for name, node in keys_of(path).items():
        known.add((name,))
        used |= references(node)
        if part := included(path, node):
            own = keys_of(part)
            known |= {(name, key) for key in own}
            for value in own.values():
                used |= {(name, key) for key, *_ in references(value)}
            # What is set here has to be a key there
            changed = node.value if isinstance(node, yaml.MappingNode) else []
            used |= {(name, key.value) for key, _ in changed}
    parts = {names[0] for names in known if len(names) == 2}
    used = {names for names in used if len(names) == 1 or names[0] in parts}
    used |= {names[:1] for names in used}
    # `__set_seed` and the like work by being built
    known = {names for names in known if not names[-1].startswith("__")}
    return known - used, used - known - RUN_OPTIONS - of_siblings


@pytest.mark.parametrize(
    ("path", "script"), recipes().items(), ids=lambda path: path.stem
)
def test_each_key_is_used_and_each_that_is_read_is_there(path, script):
    siblings = [p for p, s in recipes().items() if s == script and p != path]
    assert unused_and_missing(path, script, siblings) == (set(), set())


# (file, line, how it is misspelt, what is then unused, what is missing)
MISSPELT = [
    ("byol.yaml", "\nlr: ", "\nlrate: ", ("lrate",), ("lr",)),
    ("byol.yaml", "\nprecision: ", "\nprecison: ", ("precison",), None),
    (
        "byol.yaml",
        "<data[sample_rate]>",
        "<data[rate]>",
        None,
        ("data", "rate"),
    ),
    ("byol.yaml", " projection_dim:", " dim_:", None, ("network", "dim_")),
    (
        *("parts/pairs.yaml", "\nvalid_pairs: ", "\nvalid_pair: "),
        *(("data", "valid_pair"), ("data", "valid_pairs")),
    ),
]


@pytest.mark.parametrize(
    ("file", "line", "misspelt", "unused", "missing"), MISSPELT
)
def test_a_misspelt_key_is_found(
    tmp_path, file, line, misspelt, unused, missing
):
    folder = tmp_path / "hparams"
    shutil.copytree(ROOT / "hparams", folder)
    text = (folder / file).read_text()
    assert line in text
    (folder / file).write_text(text.replace(line, misspelt))
    found = unused_and_missing(
        folder / "byol.yaml", ROOT / "recipes" / "ssl" / "train.py"
    )
    assert found == tuple({names} - {None} for names in (unused, missing))
