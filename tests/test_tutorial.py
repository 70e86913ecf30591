"""The tutorial, as somebody would go through it."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
import torch

from speechbrain_singer.commands.app import main
from speechbrain_singer.settings import load_settings, parse_arguments

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", TEXT, re.DOTALL)
RECIPES = [own for _, own in BLOCKS if own.startswith("python recipes/")]


def verify(command, output, capsys):
    """Runs a command: says what the page says, but for the last digits."""
    with pytest.raises(SystemExit):
        main(shlex.split(command)[1:])
    said, expected = capsys.readouterr().out, output
    assert said.split(":")[0] == expected.split(":")[0]
    number = r"\d+\.\d+"
    scores = float(re.search(number, said)[0]), re.search(number, expected)[0]
    assert scores[0] == pytest.approx(float(scores[1]), abs=0.02)


def test_blocks_in_their_order(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    # What a training would leave
    shutil.copytree(folder, tmp_path / "results" / "my_vocals" / "encoder")
    names, ran = {}, []
    for number, (language, block) in enumerate(BLOCKS):
        if language == "python":
            exec(block, names)
            ran.append(language)
        elif block.startswith("singer verify"):
            verify(block, BLOCKS[number + 1][1], capsys)
            ran.append("singer")
    assert ran == ["python", *["singer"] * 2, *["python"] * 3]
    assert names["embeddings"].shape == (4, 256)
    assert torch.isfinite(names["embedding"]).all()


@pytest.mark.parametrize("command", RECIPES)
def test_recipes_know_their_options(command, monkeypatch):
    monkeypatch.chdir(ROOT)
    _, script, *arguments = shlex.split(command.replace("\\\n", ""))
    assert Path(script).is_file()
    hparams_file, _, overrides = parse_arguments(arguments)
    load_settings(hparams_file, overrides)  # an unknown key is refused
