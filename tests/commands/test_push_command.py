import json
import shutil

import pytest
import yaml

from speechbrain_singer.inference import hub_upload
from speechbrain_singer.inference.encoder import SingerEncoder

RATES = {"EER": 10.0, "EER_interval": [9.0, 11.0]}
COUNTS = {"trials": 1500, "same_singer_trials": 100}
MEASURED = {
    "settings": {"corpus": "choir", "encoder": "results/mine/encoder"},
    "encoders": {
        "mine": {
            **{"recordings": 528, "singers": 12, "pitch": {}, "sex": {}},
            "conditions": {"all pairs": {"clean": RATES | COUNTS}},
        }
    },
}
FACTS = {"licence": "cc-by-4.0", "data": "a choir that agreed to it"}


@pytest.fixture
def mine(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "mine")


@pytest.fixture
def options(tmp_path):
    """Files for a new card."""
    measured, facts = tmp_path / "metrics.json", tmp_path / "facts.yaml"
    measured.write_text(json.dumps(MEASURED))
    facts.write_text(yaml.safe_dump(FACTS))
    return "--measured", measured, "--facts", facts


@pytest.fixture
def uploads(monkeypatch):
    """What is uploaded: name of the repository, card, whether private."""
    found = []

    def upload(folder, repository, private):
        with open(f"{folder}/README.md") as card:
            found.append((repository, card.read(), private))
        return "https://hub/commit/1"

    monkeypatch.setattr(hub_upload, "upload", upload)
    return found


def test_a_dry_run_shows_all_and_changes_nothing(
    singer, mine, options, uploads
):
    ended = singer("push", mine, "someone/choir", *options, "--dry-run")
    assert (ended.code, uploads) == (0, [])
    assert not (mine / "README.md").exists()
    size = (mine / "encoder.safetensors").stat().st_size
    assert f"{size:,}  encoder.safetensors\n" in ended.out
    assert "nothing was uploaded; it would go to someone/choir" in ended.out
    assert "license: cc-by-4.0" in ended.out
    assert "- data: a choir that agreed to it" in ended.out
    assert "10.0 (9.0 to 11.0)" in ended.out


def test_the_card_is_written_and_uploaded_with_it(
    singer, mine, options, uploads
):
    arguments = "push", mine, "someone/choir"
    ended = singer(*arguments, *options, "--private", "--json")
    card = (mine / "README.md").read_text()
    assert uploads == [("someone/choir", card, True)]
    answer = json.loads(ended.out)
    assert answer["address"] == "https://hub/commit/1"
    assert answer["sha256"] == SingerEncoder.from_hparams(mine).sha256
    assert answer["files"]["README.md"] == len(card.encode())
    # It is this encoder's, so it stays, with what was added by hand
    (mine / "README.md").write_text(card + "Thanks to the choir.\n")
    assert singer(*arguments).code == 0
    assert uploads[1][1].endswith("Thanks to the choir.\n")


def test_no_card_or_that_of_another(singer, mine, uploads):
    ended = singer("push", mine, "someone/choir")
    assert ended.code == 2
    assert "has no model card: give --measured" in ended.err
    (mine / "README.md").write_text('from_hparams("someone/choir")')
    ended = singer("push", mine, "someone/choir")
    assert ended.code == 2
    assert "README.md: does not name someone/choir, the enc" in ended.err
    assert uploads == []


def test_facts_are_needed(singer, mine, options, uploads):
    for text, said in (("data: x", "no 'licence'"), ("- x", "no YAML of li")):
        options[3].write_text(text)
        ended = singer("push", mine, "someone/choir", *options)
        assert (ended.code, uploads) == (2, [])
        assert said in ended.err


def test_what_is_no_repository(singer, mine):
    for name in ("choir", "a/b/c", "https://huggingface.co/a/b"):
        ended = singer("push", mine, name)
        assert ended.code == 2
        assert "has a name like owner/name" in ended.err
