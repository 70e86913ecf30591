import json
import os

import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.inference.encoder import SingerEncoder


@pytest.fixture
def sets(noise, tmp_path):
    """Folders: real recordings, a system's, and others'."""
    tilts = {"real": (1.2, 1.1, 1.0), "sung": (0.9, 0.8), "other": (0.1,)}
    for seed, (name, own) in enumerate(tilts.items()):
        (tmp_path / name / "deep").mkdir(parents=True)
        for at, tilt in enumerate(own):
            path = tmp_path / name / "deep" / f"{at}.wav"
            wave = noise(1.2, 10 * seed + at, tilt).numpy()
            soundfile.write(path, wave, 44100)
    return [tmp_path / name for name in tilts]


@pytest.fixture
def mean_cosine(folder, sets):
    """Of the system's with the real ones, by hand."""
    encoder = SingerEncoder.from_hparams(folder)
    real, sung = (
        torch.stack([encoder.encode_file(p) for p in own.glob("deep/*.wav")])
        for own in sets[:2]
    )
    return (sung @ real.T).mean().item()


def test_a_system_beside_its_singer(singer, folder, sets, mean_cosine):
    real, sung, other = sets
    options = "--encoder", folder, "--others", other, "--threshold", "0.7"
    ended = singer("compare", real, f"{sung}/**/*.wav", *options)
    assert ended.code == 0
    header, outputs, itself, others, accepted, least = ended.out.splitlines()
    assert header.split() == ["score", "95", "%", "interval", "accepted"]
    assert outputs.split()[3] == f"{mean_cosine:.3f}"
    assert itself.startswith("reference with itself")
    assert others.startswith("others with reference")
    assert accepted == "accepted: scores above 0.700"
    assert least.startswith(f"least alike: {sung}")
    answer = json.loads(singer("compare", real, sung, *options, "--json").out)
    assert answer["generated"]["mean"] == pytest.approx(mean_cosine, abs=1e-5)
    assert answer["reference"]["pairs"] == 3
    assert answer["others"]["pairs"] == 3
    means = [own["score"] for own in answer["outputs"]]
    assert sum(means) / 2 == pytest.approx(mean_cosine, abs=1e-5)
    assert {own["file"] for own in answer["outputs"]} == {
        f"{sung}/deep/{at}.wav" for at in (0, 1)
    }
    assert answer["failed"] == []


def test_a_bad_file_is_named_and_the_code_says_so(
    singer, folder, sets, mean_cosine
):
    real, sung, _ = sets
    soundfile.write(sung / "silent.wav", np.zeros(44100), 44100)
    ended = singer("compare", real, sung, "--encoder", folder)
    assert ended.code == 3
    assert f"{mean_cosine:.3f}" in ended.out.splitlines()[1]
    assert ended.out.splitlines()[-1] == f"left out: {sung}/silent.wav"


def test_a_baseline_accepts_nothing_by_itself(singer, sets):
    ended = singer("compare", *sets[:2], "--encoder", "mfcc")
    assert ended.code == 0
    assert ended.out.splitlines()[1].endswith("-")


def test_what_is_not_there_is_refused(singer, sets, tmp_path):
    for missing in ("nowhere", "no*.wav"):
        ended = singer("compare", sets[0], tmp_path / missing)
        assert (ended.code, ended.out) == (2, "")
        assert os.path.join(tmp_path, missing) in ended.err
    ended = singer("compare", sets[0], sets[0], "--encoder", "mfcc")
    assert ended.code == 2
    assert "in the reference already" in ended.err
