import csv
import sys
from pathlib import Path

import pytest

from speechbrain_singer.commands import recipes

ROOT = Path(__file__).parents[2]


def test_each_yaml_names_the_script_that_the_lists_name():
    listed = {}
    for path in ROOT.glob("tests/recipes/*.csv"):
        with path.open(newline="") as file:
            rows = csv.DictReader(file)
            listed |= {row["Hparam_file"]: row["Script_file"] for row in rows}
    named = {
        recipe.path.relative_to(ROOT).as_posix(): recipe.script
        for recipe in recipes.all_recipes().values()
    }
    assert named == listed


@pytest.mark.parametrize("door", recipes.DOORS)
def test_a_command_lists_what_it_runs_a_line_each(singer, door):
    ended = singer(door)
    assert ended.code == 0
    listed = dict(line.split(maxsplit=1) for line in ended.out.splitlines())
    tasks = {"train": "ssl/train.py", "evaluate": "verification/evaluate.py"}
    wanted = [
        name
        for name, recipe in recipes.all_recipes().items()
        if recipe.script == f"recipes/{tasks[door]}"
    ]
    assert set(wanted) < set(listed)
    assert all(listed.values())
    assert max(map(len, ended.out.splitlines())) <= 100


def test_other_scripts_have_no_command(singer):
    ended = singer("train", "separation")
    assert ended.code == 2
    assert "recipes/separation/separate.py runs it" in ended.err
    ended = singer("train", "VCTK/verification")
    assert ended.code == 2
    assert "singer evaluate runs it" in ended.err


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A place with one recipe, mine, whose script prints what it is given."""
    (tmp_path / "hparams").mkdir()
    (tmp_path / "recipes" / "ssl").mkdir(parents=True)
    yaml = tmp_path / "hparams" / "mine.yaml"
    yaml.write_text(
        "# Mine, in two\n# lines:\n# python recipes/ssl/train.py mine.yaml\n"
    )
    script = tmp_path / "recipes" / "ssl" / "train.py"
    script.write_text(
        "import sys\n"
        "assert __name__ == '__main__'\n"
        "if '--lr=-1' in sys.argv:\n    raise ValueError('lr: -1')\n"
        "print(sys.argv)\n"
    )
    monkeypatch.setattr(recipes, "_root", lambda: tmp_path)
    monkeypatch.setattr(sys, "argv", ["singer"])
    return [str(script), str(yaml)]


def test_all_that_follows_the_name_goes_to_the_script(singer, own):
    options = ["--corpus", "my folder", "--lr=1e-3", "--debug", "-x"]
    ended = singer("train", "mine", *options)
    assert (ended.code, ended.out) == (0, f"{[*own, *options]}\n")
    ended = singer("train", own[1], "--a", "1")
    assert ended.out == f"{[*own, '--a', '1']}\n"
    assert singer("train").out == "mine  Mine, in two lines\n"


def test_an_error_of_the_script_is_one_line(singer, own, caplog):
    caplog.set_level("DEBUG")
    ended = singer("train", "mine", "--lr=-1")
    assert (ended.code, ended.err) == (2, "singer: error: lr: -1\n")
    assert f'File "{own[0]}", line 4' in caplog.text


def test_what_there_is_not_is_refused(singer, own, tmp_path):
    ended = singer("train", "mien")
    assert ended.code == 2
    assert "did you mean mine? singer train lists them" in ended.err
    assert singer("train", "no.yaml").code == 2
    (tmp_path / "bare.yaml").write_text("seed: 1\n")
    ended = singer("train", str(tmp_path / "bare.yaml"))
    assert ended.code == 2
    assert "bare.yaml: its opening comment names no script" in ended.err
