"""A run becomes a folder that could lie in pretrained/."""

import json

import numpy as np
import pytest
import scripts
import soundfile
from pretrain_recipe import ROOT, run
from robustness_figures import REPORT

from speechbrain_singer.inference.encoder import SingerEncoder

SCRIPT = ROOT / "recipes" / "Synthetic" / "release.py"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("released")
    run(folder / "store", folder / "results")
    return folder / "results"


def release(*arguments):
    scripts.run(SCRIPT, list(map(str, arguments)))


def test_an_encoder_of_half_the_size_and_what_made_it(finished, tmp_path):
    folder = tmp_path / "singer-encoder-tiny"
    release(finished, folder)
    wav = tmp_path / "a.wav"
    noise = np.random.default_rng(0).normal(size=44100) / 9
    soundfile.write(wav, noise, 44100)
    whole, half = (
        SingerEncoder.from_hparams(path).encode_file(wav)
        for path in (finished / "encoder", folder)
    )
    assert float(whole @ half) == pytest.approx(1, abs=1e-4)
    log = (finished / "train_log.txt").read_text()
    assert (folder / "train_log.txt").read_text() == log
    assert not (folder / "README.md").exists()


def test_the_card_says_what_was_trained_and_measured(finished, tmp_path):
    folder, measured = tmp_path / "singer-encoder-tiny", tmp_path / "m.json"
    figures = {
        "settings": {"corpus": "mine"},
        "encoders": {"tiny": REPORT},
    }
    measured.write_text(json.dumps(figures))
    release(finished, folder)  # the one that is measured
    release(finished, folder, measured)
    card = (folder / "README.md").read_text()
    assert "4 persons of the project's synthesiser" in card
    assert "3 recordings of 1 s" in card
    assert "4, 8 channels" in card
    assert "4 other persons" in card
    assert "two clips of each of 2 persons a step" in card
    assert "6 steps" in card  # 2 epochs of 3
    assert 'SingerEncoder.from_hparams("tiny")' in card


def test_a_folder_of_no_run_is_refused(tmp_path):
    with pytest.raises(OSError, match=r"settings\.json"):
        release(tmp_path, tmp_path / "encoder")
    assert not (tmp_path / "encoder").exists()
