import os
import re

import pytest

from speechbrain_singer.runs.output_folder import claim_output_folder
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
    a: !ref <lr>
"""


@pytest.fixture
def begin(tmp_path, monkeypatch):
    """Opens the folder of a run as a recipe does, with a command line."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(FILE)

    def begin(*arguments, yaml="a.yaml", **kwargs):
        command = parse_arguments([str(tmp_path / yaml), *arguments])
        claim_output_folder(tmp_path / "out", command, **kwargs)

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
        (("--lr", "0.2"), "lr is 0.2 now, 0.1 then"),
        (("--max_grad_norm", "1"), "max_grad_norm is 1.0 now, 5.0 then"),
        (("--grad_accumulation_factor=2",), "factor is 2 now, not set then"),
        (("--data_folder", "there"), "/there now, /.*/here then"),
    ],
)
def test_other_settings_are_refused_by_name(begun, arguments, said):
    with pytest.raises(ValueError, match=f"out holds .* other .*{said}"):
        begun(*arguments)
    begun()  # and it is still the run that it was


def test_another_yaml_is_refused(begun, tmp_path):
    text = FILE.replace("collections.Counter", "collections.OrderedDict")
    (tmp_path / "b.yaml").write_text(text + "    b: 2\n")
    message = re.escape("objective is !new:collections.OrderedDict now, !new")
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
    with pytest.raises(ValueError, match="f is 2 now, 1 then and 4 more;"):
        check_same_settings(tmp_path, dict.fromkeys("abcdefghij", 2))


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff"])
def test_a_damaged_note_is_named(begun, tmp_path, text):
    (tmp_path / "out" / "settings.json").write_bytes(text)
    with pytest.raises(ValueError, match=r"settings\.json: damaged.*delete"):
        begun()
    (tmp_path / "out" / "settings.json").unlink()
    text = (tmp_path / "a.yaml").read_text().replace("!ref <lr>", "0.1")
    (tmp_path / "out" / "hyperparams.yaml").write_text(text)
    begun()


def test_results_without_any_note_are_refused(begun, tmp_path):
    (tmp_path / "out" / "settings.json").unlink()
    with pytest.raises(ValueError, match=r"neither settings\.json nor h"):
        begun()


def test_the_note_of_former_runs_counts(begun, tmp_path):
    """SpeechBrain's: with what references stand for in their places."""
    (tmp_path / "out" / "settings.json").unlink()
    former = (tmp_path / "a.yaml").read_text()
    former = former.replace("!ref <lr>", "0.1").replace(
        "epochs: 4", "epochs: 3"
    )
    (tmp_path / "out" / "hyperparams.yaml").write_text("# Of\n" + former)
    with pytest.raises(ValueError, match=r"lr is 0\.2 now, 0\.1 then"):
        begun("--lr", "0.2")
    begun()
    begun()


@pytest.mark.parametrize("kept", ["save/CKPT+1", "metrics.json", "encoder"])
def test_another_recipe_is_refused(begin, tmp_path, kept):
    begin()
    (tmp_path / "b.yaml").write_text("encoder: mfcc\noutput_folder: results\n")
    results = tmp_path / "out" / kept
    results.mkdir(parents=True)
    if kept == "encoder":
        (results / "hyperparams.yaml").touch()
    with pytest.raises(ValueError, match="encoder is mfcc now, not set then"):
        begin(yaml="b.yaml")
    begin()


def test_a_name_is_no_path_of_what_is_called_so(begun, tmp_path, monkeypatch):
    (tmp_path / "results").mkdir()
    (tmp_path / "0.1").mkdir()
    begun()


def test_what_a_killed_run_left_is_swept(begin, tmp_path):
    left = tmp_path / "out" / "manifest" / f".train.csv.{32 * 'a'}"
    left.parent.mkdir(parents=True)
    left.touch()
    begin()
    assert os.listdir(left.parent) == []


def test_what_stands_beside_figures_is_no_setting_of_its_own(tmp_path):
    """A YAML may quote more of what it has than it did."""
    remember(tmp_path, {"lr": 0.1, "settings.lr": "!ref <lr>"})
    now = {"lr": 0.1, "experiment.settings.seed": "!ref <seed>"}
    check_same_settings(tmp_path, now)
    with pytest.raises(ValueError, match=r"lr is 0\.2 now"):
        check_same_settings(tmp_path, now | {"lr": 0.2})


def test_what_stands_below_a_free_setting_is_free(tmp_path):
    remember(tmp_path, {"lines.a": "mfcc", "lines.b[0]": "x", "seed": 1})
    now = {"lines.c": "spectral", "seed": 1}
    check_same_settings(tmp_path, now, free=["lines"])
    check_same_settings(tmp_path, now | {"lines[0]": "y"}, free=["lines"])
    with pytest.raises(ValueError, match=r"lines\.a is not set now"):
        check_same_settings(tmp_path, now)
    with pytest.raises(ValueError, match="seed is 2 now"):
        check_same_settings(tmp_path, {"seed": 2}, free=["lines"])


def test_a_page_is_written_anew_without_what_it_played(tmp_path):
    remember(tmp_path, {"seed": 1, "excerpts": True})
    check_same_settings(tmp_path, {"seed": 1, "excerpts": False})
    check_same_settings(tmp_path, {"seed": 1})
    with pytest.raises(ValueError, match="seed is 2 now"):
        check_same_settings(tmp_path, {"seed": 2, "excerpts": True})
