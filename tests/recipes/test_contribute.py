"""The recipes of a corpus in the layout of SpeechBrain's repository."""

import csv

import pytest
import yaml
from evaluation_recipe import ROOT, run
from replicas.vocalset import build
from scripts import load

from speechbrain_singer.settings import load_settings, parse_arguments

CHANGED = "corpus: vocalset", "clip_seconds: 4.0", "data_folder: !PLACEHOLDER"


def contributed(corpus, folder):
    """A folder like a checkout, with the recipes of a corpus."""
    (folder / "recipes").mkdir()
    (folder / "tests" / "recipes").mkdir(parents=True)
    load(ROOT / "recipes" / "contribute.py").contribute(corpus, folder)
    return folder


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    return contributed("VocalSet", tmp_path_factory.mktemp("speechbrain"))


def rows_of(folder):
    with (folder / "tests" / "recipes" / "VocalSet.csv").open() as file:
        return list(csv.DictReader(file))


def test_all_that_the_list_names_is_there(checkout):
    rows = rows_of(checkout)
    tasks = [row["Task"] for row in rows]
    assert tasks == ["Verification", "Identification", "Supervised"]
    for row in rows:
        for column in ("Script_file", "Hparam_file", "Readme_file"):
            assert row[column].startswith("recipes/VocalSet/")
            assert (checkout / row[column]).is_file()
    there = sorted(
        path.relative_to(checkout / "recipes" / "VocalSet").as_posix()
        for path in checkout.glob("recipes/**/*")
        if path.is_file()
    )
    assert there == [
        "README.md",
        "extra_requirements.txt",
        "identification/evaluate.py",
        "identification/hparams/identification.yaml",
        "supervised/hparams/front_end_technique.yaml",
        "supervised/hparams/parts/chunks.yml",
        "supervised/hparams/parts/two_stages.yml",
        "supervised/train.py",
        "verification/evaluate.py",
        "verification/hparams/verification.yaml",
    ]


def test_a_yaml_is_whole(checkout):
    folder = checkout / "recipes" / "VocalSet" / "verification"
    text = (folder / "hparams" / "verification.yaml").read_text()
    experiment = (ROOT / "hparams" / "verification.yaml").read_text()
    keys = [key.value for key, _ in yaml.compose(text).value]
    assert keys == [key.value for key, _ in yaml.compose(experiment).value]
    for line in CHANGED:
        assert line in text.replace('"', "")
    # Commands are those of there, and no path of here is left
    assert "recipes/VocalSet/verification/evaluate.py" in text
    for path in (
        folder / "hparams" / "verification.yaml",
        folder.parent / "README.md",
    ):
        assert "recipes/verification" not in path.read_text()
        assert "recipes/VocalSet/hparams" not in path.read_text()


def test_it_runs_there(checkout, tmp_path):
    build(tmp_path / "VocalSet")
    folder = checkout / "recipes" / "VocalSet" / "verification"
    run(
        folder / "evaluate.py",
        [
            str(folder / "hparams" / "verification.yaml"),
            f"--data_folder={tmp_path / 'VocalSet'}",
            f"--output_folder={tmp_path / 'out'}",
            f"--cache_folder={tmp_path / 'cache'}",
            "--clip_seconds=0.4",
            "--trial_count=50",
            "--replicates=20",
            "--device=cpu",
            "--noprogressbar",
        ],
    )
    assert (tmp_path / "out" / "metrics.json").is_file()


def test_parts_go_along(tmp_path):
    contributed("MIR_ST500", tmp_path)
    folder = tmp_path / "recipes" / "MIR_ST500" / "ssl" / "hparams"
    yamls = {path.name for path in tmp_path.glob("recipes/**/*.yaml")}
    assert yamls == {
        *("contrastive.yaml", "contrastive_mixture.yaml"),
        *("front_end_notes.yaml", "note_cnn.yaml"),
    }
    parts = tmp_path.glob("recipes/MIR_ST500/transcription/**/*.yml")
    assert {path.stem for path in parts} == {
        *("sung_notes", "one_stage", "two_stages"),
    }
    requirements = folder.parents[1] / "extra_requirements.txt"
    assert requirements.read_text() == "speechbrain_singer[baselines,notes]\n"
    path, _, overrides = parse_arguments(
        [str(folder / "contrastive.yaml"), f"--data_folder={tmp_path}"]
    )
    hparams = load_settings(path, overrides)
    assert hparams["data"]["corpus"] == "mir_st500"
    assert hparams["data"]["published_split"] == "split"
