"""The lists of recipes, in upstream's form, name what is there."""

import csv
import re
import shlex

import pytest
from evaluation_recipe import ROOT

LISTS = sorted((ROOT / "tests" / "recipes").glob("*.csv"))


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_files_and_flags_are_there(path):
    for row in rows_of(path):
        for column in ("Script_file", "Hparam_file", "Readme_file"):
            assert (ROOT / row[column]).is_file(), row[column]
        hparams = (ROOT / row["Hparam_file"]).read_text()
        keys = {*re.findall(r"^(\w+):", hparams, re.MULTILINE)}
        keys |= {"debug", "device"}
        for flag in shlex.split(row["test_debug_flags"]):
            assert flag.split("=")[0].removeprefix("--") in keys, flag
        assert row["test_debug_checks"].startswith("file_exists=[")


def test_every_yaml_is_in_a_list():
    listed = {row["Hparam_file"] for path in LISTS for row in rows_of(path)}
    assert listed == {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "hparams").glob("*.yaml")
    }
