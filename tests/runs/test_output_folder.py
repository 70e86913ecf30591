import logging
import os
import re

import pytest

from speechbrain_singer.runs import output_folder
from speechbrain_singer.runs.output_folder import open_output_folder
from speechbrain_singer.runs.remembered import (
    check_same_settings,
    remember,
)
from speechbrain_singer.settings import parse_arguments

FILE = """\
lr: 0.1
epochs: 4
data_folder: here
max_grad_norm: 5.0
output_folder: results
objective: !new:collections.Counter
    a: 1
"""


@pytest.fixture
def begin(tmp_path, monkeypatch):
    """Opens the folder of a run as a recipe does, with a command line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        output_folder.sb, "create_experiment_directory", lambda **_: None
    )
    (tmp_path / "a.yaml").write_text(FILE)

    def begin(*arguments, yaml="a.yaml", **kwargs):
        command = parse_arguments([str(tmp_path / yaml), *arguments])
        open_output_folder(tmp_path / "out", command, **kwargs)

    return begin


@pytest.fixture
def begun(begin, tmp_path):
    begin()
    (tmp_path / "out" / "save" / "CKPT+1").mkdir(parents=True)
    return begin


@pytest.mark.parametrize(
    "arguments", [(), ("--epochs", "8"), ("--lr", "1e-1"), ("--device=cpu",)]
)
def test_the_same_run_goes_on(begun, arguments):
    begun(*arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--lr", "0.2"), "lr is 0.2, there 0.1"),
        (("--max_grad_norm", "1"), "max_grad_norm is 1.0, there 5.0"),
        (("--grad_accumulation_factor=2",), "factor is 2, there not set"),
        (("--data_folder", "there"), "/there, there /.*/here"),
    ],
)
def test_other_settings_are_refused_by_name(begun, arguments, said):
    with pytest.raises(ValueError, match=f"out holds .* other .*{said}"):
        begun(*arguments)
    begun()  # and it is still the run that it was


def test_another_yaml_is_refused(begun, tmp_path):
    text = FILE.replace("collections.Counter", "collections.OrderedDict")
    (tmp_path / "b.yaml").write_text(text + "    b: 2\n")
    message = re.escape("objective is !new:collections.OrderedDict, there !new")
    with pytest.raises(ValueError, match=message):
        begun(yaml="b.yaml")


def test_a_folder_without_results_takes_any_settings(begin):
    begin()
    begin("--lr", "0.2")


def test_a_recipe_may_let_more_differ(begun):
    begun("--data_folder", "there", free=["data_folder"])


def test_a_run_may_go_on_from_elsewhere(begun, tmp_path, monkeypatch):
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    begun("--data_folder", "../here")
    with pytest.raises(ValueError, match="data_folder"):
        begun()


def test_many_differences_are_counted(tmp_path):
    remember(tmp_path, dict.fromkeys("abcdefghij", 1))
    (tmp_path / "metrics.json").touch()
    with pytest.raises(ValueError, match="f is 2, there 1 and 4 more;"):
        check_same_settings(tmp_path, dict.fromkeys("abcdefghij", 2))


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff"])
def test_a_damaged_note_is_named(begun, tmp_path, text):
    (tmp_path / "out" / "settings.json").write_bytes(text)
    with pytest.raises(ValueError, match=r"settings\.json: damaged.*delete"):
        begun()
    (tmp_path / "out" / "settings.json").unlink()
    begun()


def test_results_without_a_note_are_said(begun, tmp_path, caplog):
    (tmp_path / "out" / "settings.json").unlink()
    with caplog.at_level(logging.WARNING):
        begun()
    assert "no settings.json" in caplog.text


def test_what_a_killed_run_left_is_swept(begin, tmp_path):
    left = tmp_path / "out" / "manifest" / f".train.csv.{32 * 'a'}"
    left.parent.mkdir(parents=True)
    left.touch()
    begin()
    assert os.listdir(left.parent) == []
