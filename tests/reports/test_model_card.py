"""The card of an encoder, of made-up figures."""

import shutil

import pytest
import yaml

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.reports.model_card import write_model_card
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.robustness import write_robustness

TRAINING = {"data": "3,000 synthesised singers", "objective": "AAM softmax"}


def figures(rate):
    counts = {"trials": 1500, "same_singer_trials": 100}
    return {"EER": rate, "EER_interval": [rate - 1, rate + 1]} | counts


def report(rate):
    return {
        **{"recordings": 528, "singers": 12},
        "conditions": {
            "all pairs": {"clean": figures(rate), "noise": figures(rate + 5)}
        },
        "pitch": {"all pairs": {"0 to 2": figures(rate + 1)}},
        "sex": {"all pairs": {"female": figures(rate + 2)}},
    }


MEASURED = {
    "settings": {"corpus": "ravdess_song"},
    "encoders": {"tiny": report(10.0), "GE2E": report(20.0)},
}


@pytest.fixture
def mine(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "mine")


def test_the_head_is_what_the_hub_reads(mine):
    path = write_model_card(mine, "someone/tiny", MEASURED, TRAINING)
    assert path == mine / "README.md"
    _, head, body = path.read_text().split("---\n", 2)
    head = yaml.safe_load(head)
    assert head["license"] == "apache-2.0"
    assert head["library_name"] == "speechbrain"
    assert {"speechbrain", "singing-voice"} <= set(head["tags"])
    assert head["model_name"] == "tiny"
    assert body.startswith("\n# tiny: who is singing?\n")


def test_the_sections_say_what_it_is_and_must_not_do(mine):
    card = write_model_card(mine, "tiny", MEASURED, TRAINING).read_text()
    headings = [
        line.removeprefix("## ")
        for line in card.splitlines()
        if line.startswith("## ")
    ]
    assert headings == [
        *("What it is", "Use", "Training", "Figures"),
        *("What it must not be used for", "Limits"),
    ]
    for word in ("forensic", "biometrics", "surveillance"):
        assert word in card
    for what, fact in TRAINING.items():
        assert f"- {what}: {fact}" in card
    assert "528 recordings by 12 singers (ravdess_song)" in card


def test_the_figures_stand_with_their_intervals(mine):
    card = write_model_card(mine, "tiny", MEASURED, TRAINING).read_text()
    for line in (
        "| trials | recordings | tiny | GE2E |",
        "| all pairs | noise | 15.0 (14.0 to 16.0) | 25.0 (24.0 to 26.0) |",
        "| all pairs | 0 to 2 | 11.0 (10.0 to 12.0) | 21.0 (20.0 to 22.0) "
        "| 100 | 1,400 |",
        "| all pairs | female | 12.0 (11.0 to 13.0) | 22.0 (21.0 to 23.0) "
        "| 100 | 1,400 |",
    ):
        assert line in card.splitlines()


def test_what_the_folder_says(mine):
    card = write_model_card(mine, "tiny", MEASURED, TRAINING).read_text()
    encoder = SingerEncoder.from_hparams(mine)
    megabytes = (mine / "encoder.safetensors").stat().st_size / 1e6
    count = sum(p.numel() for p in encoder.mods.encoder.parameters()) / 1e6
    assert f"{count:.1f} million parameters, {megabytes:.1f} MB" in card
    assert "48 dimensions" in " ".join(card.split())
    assert "Above a score of 0.500, set on noise" in card
    assert 'SingerEncoder.from_hparams("tiny")' in card
    (mine / "calibration.yaml").unlink()
    card = write_model_card(mine, "tiny", MEASURED, TRAINING).read_text()
    assert "verify_files" not in card and "no threshold of its own" in card


def test_a_folder_here_is_meant_and_no_bundled_one(mine, bundled, monkeypatch):
    other = bundled("singer-encoder-mine")
    (other / "encoder.safetensors").unlink()
    monkeypatch.chdir(mine.parent)
    path = write_model_card("mine", "tiny", MEASURED, TRAINING)
    assert path.resolve() == mine / "README.md"


def test_headings_and_words_are_those_of_the_page(mine, tmp_path):
    write_robustness(Results(tmp_path, "a", {}), MEASURED["encoders"])
    page = " ".join((tmp_path / "report.html").read_text().split())
    card = write_model_card(mine, "tiny", MEASURED, TRAINING).read_text()
    sections = card.partition("## Figures")[2].split("\n### ")[1:]
    assert len(sections) == 3
    for section in sections:
        heading, text, _ = section.split("\n\n", 2)
        assert f"{heading}</h2>" in page
        assert " ".join(text.split()) in page


def test_what_is_not_known_is_left_out(mine):
    own = report(10.0) | {"sex": {"all pairs": {}}}
    measured = {"encoders": {"tiny": own}}
    card = write_model_card(mine, "tiny", measured, TRAINING).read_text()
    assert "### By sex" not in card and "### Distance in pitch" in card


def test_the_figures_are_those_of_the_encoder(mine):
    reports = {"GE2E": report(20.0), "mine-1": report(10.0)}
    measured = {"encoders": reports, "failures": ["tiny: OSError: gone"]}
    card = write_model_card(
        mine, "tiny", measured, TRAINING, column="mine-1"
    ).read_text()
    assert "| trials | recordings | mine-1 | GE2E |" in card
    (mine / "README.md").unlink()
    with pytest.raises(ValueError, match=r"'tiny', but of GE2E, mine-1.*gone"):
        write_model_card(mine, "tiny", measured, TRAINING)
    assert not (mine / "README.md").exists()


def test_a_card_says_figures_and_facts(mine):
    with pytest.raises(ValueError, match=r"robustness\.py wrote"):
        write_model_card(mine, "tiny", {"EER": 9.0}, TRAINING)
    for training in ({}, {"data": ""}, {"steps": 3}):
        with pytest.raises(ValueError, match="say what it was trained on"):
            write_model_card(mine, "tiny", MEASURED, training)
    assert not (mine / "README.md").exists()
