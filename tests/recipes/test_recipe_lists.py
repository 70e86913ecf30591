"""The lists of recipes, in upstream's form, name what is there."""

import csv
import shlex

import pytest
from evaluation_recipe import ROOT

from speechbrain_singer.settings import load_settings, parse_arguments

LISTS = sorted((ROOT / "tests" / "recipes").glob("*.csv"))


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_files_and_flags_are_there(path):
    for row in rows_of(path):
        for column in ("Script_file", "Hparam_file", "Readme_file"):
            assert (ROOT / row[column]).is_file(), row[column]
        flags = shlex.split(row["test_debug_flags"])
        # An unknown flag raises
        _, run_opts, _ = parse_arguments(
            [str(ROOT / row["Hparam_file"]), *flags]
        )
        assert run_opts.debug == ("--debug" in flags)
        assert row["test_debug_checks"].startswith("file_exists=[")


def test_every_yaml_is_in_a_list():
    listed = {row["Hparam_file"] for path in LISTS for row in rows_of(path)}
    assert listed == {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "hparams").glob("*.yaml")
    }


@pytest.mark.parametrize("task", ["verification", "identification"])
def test_results_lie_by_corpus_and_encoder(task):
    path = str(ROOT / "hparams" / f"{task}.yaml")
    overrides = {"corpus": "folder", "encoder": "results/byol/7/encoder"}
    hparams = load_settings(path, overrides)
    folder = f"results/{task}/folder/byol-7"
    assert hparams["output_folder"] == folder
    assert hparams["manifest_folder"] == f"{folder}/manifest"
