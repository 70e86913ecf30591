from types import SimpleNamespace

import pytest
import soundfile

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.demo.answers import compared, decision

FITTED = {
    **{"threshold": 0.5, "slope": 6.0, "offset": -2.0},
    "set_on": {"corpus": "choir", "singers": 12, "EER_percent": 12.86},
}


def test_what_a_calibrated_encoder_says():
    encoder = SimpleNamespace(threshold=0.5, calibration=FITTED)
    same, another = decision(encoder, 0.7), decision(encoder, 0.5)
    assert same.startswith("## The same singer\nScore **0.700**")
    assert another.startswith("## Another singer\n")
    # 1 / (1 + exp(2 - 6 * 0.7)) is 0.9002
    assert "**90 %**, if 50 % of such pairs are." in same
    assert "On choir, 12 singers, 12.9 % of such decisions were wrong" in same


def test_an_encoder_without_a_threshold_decides_nothing():
    encoder = SimpleNamespace(threshold=None, calibration=None)
    text = decision(encoder, 0.7)
    assert text.startswith("## Score 0.700\n")
    assert "calibrate it" in text


def test_two_files(encoder, noise, tmp_path):
    paths = [tmp_path / "a.wav", tmp_path / "b.wav"]
    for seed, path in enumerate(paths):
        soundfile.write(path, noise(1, seed).numpy(), 44100)
    text, embeddings = compared(encoder, *paths)
    cosine = sum(a * b for a, b in zip(*map(list, embeddings), strict=True))
    assert f"Score **{cosine:.3f}**" in text


def test_bad_input_is_named_without_its_folder(encoder, noise, tmp_path):
    good, silent = tmp_path / "good.wav", tmp_path / "silent.wav"
    soundfile.write(good, noise(1).numpy(), 44100)
    soundfile.write(silent, 0 * noise(1).numpy(), 44100)
    with pytest.raises(AudioError, match=r"^silent\.wav: silent"):
        compared(encoder, good, silent)
