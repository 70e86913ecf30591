import json
import math
import shutil

import pytest
import torch

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.stored_calibration import store_calibration
from speechbrain_singer.scoring.calibration import Calibration


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


@pytest.fixture
def calibrated(folder, tmp_path):
    """The same encoder; both kinds are as likely at a score of 0.5."""
    path = shutil.copytree(folder, tmp_path / "calibrated")
    store_calibration(path, Calibration(slope=8.0, offset=-4.0))
    return path


def test_a_calibrated_encoder_gives_a_probability(
    singer, calibrated, voices, cosines
):
    options = "--encoder", calibrated
    ended = singer("verify", *voices[:2], *options)
    chance = 1 / (1 + math.exp(4 - 8 * cosines[0]))
    assert ended.out.endswith(f", probability {chance:.2f}\n")


def test_a_prior_moves_the_probability_and_the_decision(
    singer, calibrated, voices, cosines
):
    options = "--encoder", calibrated, "--json", "--prior"
    asked = [
        singer("verify", *voices[:2], *options, prior)
        for prior in (0.5, 0.0001)
    ]
    likely, rare = (json.loads(ended.out) for ended in asked)
    odds = math.exp(8 * cosines[0] - 4)
    assert likely["probability"] == pytest.approx(odds / (1 + odds), abs=1e-4)
    odds *= 0.0001 / 0.9999
    assert rare["probability"] == pytest.approx(odds / (1 + odds), abs=1e-4)
    assert [ended.code for ended in asked] == [0, 1]
    assert likely["threshold"] == pytest.approx(0.5)
    assert rare["threshold"] == 1.0  # no cosine lies above


def test_without_a_calibration_there_is_no_probability(singer, folder, voices):
    options = "--encoder", folder
    answer = json.loads(singer("verify", *voices[:2], *options, "--json").out)
    assert answer["probability"] is None
    ended = singer("verify", *voices[:2], *options, "--prior", "0.1")
    assert ended.code == 2
    assert "no calibrated probability" in ended.err


def test_a_baseline_decides_nothing(singer, voices):
    ended = singer("verify", *voices[:2], "--encoder", "mfcc")
    assert ended.code == 2
    assert "singer compare" in ended.err
