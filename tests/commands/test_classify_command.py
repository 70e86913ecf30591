import json

import pytest
import torch

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.heads import ClassifierHead

NAMES = ["ann", "bob", "cleo"]


@pytest.fixture
def named(model, tmp_path):
    """The folder of an encoder with names."""
    torch.manual_seed(0)
    head = ClassifierHead(48, NAMES)
    return export_encoder(tmp_path / "named", model, 1.0, classifier=head)


def test_the_best_names_of_each_file(singer, named, voices):
    classifier = SingerEncoder.from_hparams(named)
    ended = singer("classify", *voices, "--encoder", named, "--top", "2")
    assert ended.code == 0
    lines = ended.out.splitlines()
    for path, line in zip(voices, lines, strict=True):
        chances = classifier.classify_file(path).out_prob[0].tolist()
        best = sorted(zip(chances, NAMES, strict=True), reverse=True)[:2]
        said = ", ".join(f"{name} {chance:.2f}" for chance, name in best)
        assert line == f"{path}: {said}"


def test_json_and_one_bad_file(singer, named, voices, caplog):
    bad = voices[0].with_name("bad.wav")
    bad.touch()
    ended = singer("classify", voices[0], bad, "--encoder", named, "--json")
    assert ended.code == 3
    good, failed = json.loads(ended.out)["files"]
    assert good["file"] == str(voices[0])
    assert {own["name"] for own in good["names"]} == set(NAMES)
    total = sum(own["probability"] for own in good["names"])
    assert total == pytest.approx(1.0)
    assert failed == {"file": str(bad), "names": None}
    assert "bad.wav" in caplog.text


def test_an_encoder_without_names_is_refused(singer, folder, voices):
    for encoder in (folder, "mfcc"):
        ended = singer("classify", voices[0], "--encoder", encoder)
        assert (ended.code, ended.out) == (2, "")
        assert "knows no names: train one" in ended.err
