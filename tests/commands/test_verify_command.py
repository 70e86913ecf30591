import json

import pytest
import torch

from speechbrain_singer.inference.encoder import SingerEncoder


@pytest.fixture
def cosines(folder, voices):
    """Of the first file with the other two, by hand."""
    encoder = SingerEncoder.from_hparams(folder)
    first, *others = [encoder.encode_file(path).double() for path in voices]
    return [torch.dot(first, other).item() for other in others]


def test_yes_and_no_are_exit_codes(singer, folder, voices, cosines):
    a, b, other = voices
    between = sum(cosines) / 2
    options = "--encoder", folder, "--threshold", between
    same = singer("verify", a, b, *options)
    assert cosines[0] > between > cosines[1]
    assert same.code == 0
    assert same.out.startswith(f"the same singer: score {cosines[0]:.3f}, ")
    another = singer("verify", a, other, *options, "--json")
    assert another.code == 1
    answer = json.loads(another.out)
    assert answer["same_singer"] is False
    assert answer["score"] == pytest.approx(cosines[1], abs=1e-5)
    assert answer["threshold"] == between


def test_the_encoder_s_own_threshold(singer, folder, voices):
    answer = singer("verify", *voices[:2], "--encoder", folder, "--json").out
    assert json.loads(answer)["threshold"] == 0.5  # the folder's


def test_what_cannot_be_read_is_named(singer, folder, voices, tmp_path):
    (tmp_path / "empty.wav").touch()
    options = "--encoder", folder
    ended = singer("verify", voices[0], tmp_path / "empty.wav", *options)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert "empty.wav" in ended.err
