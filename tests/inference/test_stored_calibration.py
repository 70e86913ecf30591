import shutil

import numpy as np
import pytest
import soundfile
import torch
import yaml

from speechbrain_singer.inference.calibration import store_calibration
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.scoring.calibration import Calibration

FITTED = Calibration(slope=20.0, offset=-9.0)


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "encoder")


def written(folder, text):
    (folder / "hyperparams.yaml").write_bytes(text.encode())
    return folder


def test_the_encoder_has_the_threshold(copy, noise, tmp_path):
    details = {"corpus": "choir", "singers": 12, "EER_percent": 3.5}
    threshold = store_calibration(
        copy, FITTED, details, prior=0.1, c_miss=2.0, c_fa=1.0
    )
    # log(0.9 * 1 / (0.1 * 2)) is the ratio at which both cost the same
    assert threshold == pytest.approx((np.log(4.5) + 9) / 20)
    encoder = SingerEncoder.from_hparams(copy)
    assert encoder.threshold == threshold
    assert encoder.hparams.calibration == {
        "slope": 20.0,
        "offset": -9.0,
        "prior": 0.1,
        "c_miss": 2.0,
        "c_fa": 1.0,
        **details,
    }
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(1.0).numpy(), 44100)
    score, same = encoder.verify_files(path, path)
    assert same == (score > threshold)
    stored = Calibration(
        encoder.hparams.calibration["slope"],
        encoder.hparams.calibration["offset"],
    )
    assert stored.log_likelihood_ratios(0.6) == pytest.approx(3.0)


def test_nothing_else_changes(copy, encoder):
    before = (copy / "hyperparams.yaml").read_text().splitlines()
    checkpoint = (copy / "encoder.ckpt").read_bytes()
    store_calibration(copy, FITTED, {"corpus": "choir"})
    after = (copy / "hyperparams.yaml").read_text().splitlines()
    first, last = before.index("threshold: 0.5"), before.index("calibration:")
    assert after[:first] == before[:first]
    assert after[first] == "threshold: 0.45"
    assert after[first + 1 : last + 1] == before[first + 1 : last + 1]
    rest = before[last + 3 :]  # after the corpus and the trials
    assert any("!new:" in line for line in rest)
    assert after[-len(rest) :] == rest
    assert (copy / "encoder.ckpt").read_bytes() == checkpoint
    assert sorted(path.name for path in copy.iterdir()) == [
        "encoder.ckpt",
        "hyperparams.yaml",
    ]
    wav = torch.randn(1, 44100, generator=torch.Generator().manual_seed(0))
    again = SingerEncoder.from_hparams(copy)
    assert torch.equal(again.encode_batch(wav), encoder.encode_batch(wav))


def test_twice_is_as_once(copy):
    store_calibration(copy, FITTED, {"corpus": "choir"})
    once = (copy / "hyperparams.yaml").read_text()
    store_calibration(copy, Calibration(1.0, 0.0), {"trials": 5})
    store_calibration(copy, FITTED, {"corpus": "choir"})
    assert (copy / "hyperparams.yaml").read_text() == once


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n",
        "a: 1",
        "threshold: null\ncalibration: null\na: 1\n",
        "threshold:\ncalibration:\n\na: 1\n",
        "calibration: {b: 2, c: [1, 2]}\na: 1\nthreshold: 1.0e-05",
        "a: 1\ncalibration:\n    b:\n        - 1\n        - 2\n\n# last\n",
        '"threshold" : 0.5\na: 1\n',
        "threshold: 0.5\r\na: 1\r\n",
        "a: 1\nb: !ref <a>\nthreshold: !ref <a>\n",
    ],
)
def test_however_it_is_written(tmp_path, text):
    store_calibration(written(tmp_path, text), FITTED, {"corpus": "choir"})
    after = (tmp_path / "hyperparams.yaml").read_bytes().decode()
    values = yaml.safe_load(after.replace("!ref", ""))
    assert values["a"] == 1
    assert values["threshold"] == 0.45
    assert values["calibration"]["slope"] == 20.0
    assert values["calibration"]["corpus"] == "choir"
    assert after.count("# last") == text.count("# last")
    assert after.count("\r\n") >= text.count("\r\n")


def test_comments_stay(tmp_path):
    text = "# one\nthreshold: 1  # two\n# three\ncalibration:\n    b: 1  # four"
    store_calibration(written(tmp_path, text), FITTED)
    after = (tmp_path / "hyperparams.yaml").read_text()
    for comment in ("# one\n", "threshold: 0.45  # two\n", "# three\n", "four"):
        assert comment in after


def test_a_small_threshold_is_a_number(tmp_path, model):
    export_encoder(tmp_path / "e", model, 1.0, threshold=0.00001)
    assert SingerEncoder.from_hparams(tmp_path / "e").threshold == 1e-5
    store_calibration(tmp_path / "e", Calibration(1.0, -0.00002))
    assert SingerEncoder.from_hparams(tmp_path / "e").threshold == 2e-5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("calibration: &b {c: 1}\na: *b\n", "without touching other keys"),
        ("a: &t 0.5\nthreshold: *t\n", "without touching other keys"),
        ("- 1\n", "no mapping"),
    ],
)
def test_what_cannot_be_changed_stays_as_it_is(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        store_calibration(written(tmp_path, text), FITTED)
    assert (tmp_path / "hyperparams.yaml").read_text() == text


def test_a_folder_without_an_encoder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"hyperparams\.yaml: no such"):
        store_calibration(tmp_path, FITTED)


def test_details_that_yaml_cannot_hold_change_nothing(copy):
    before = (copy / "hyperparams.yaml").read_text()
    with pytest.raises(TypeError, match="plain numbers"):
        store_calibration(copy, FITTED, {"EER": torch.tensor(0.1)})
    assert (copy / "hyperparams.yaml").read_text() == before


def test_an_unfitted_calibration_changes_nothing(copy):
    before = (copy / "hyperparams.yaml").read_text()
    with pytest.raises(ValueError, match="call fit"):
        store_calibration(copy, Calibration())
    assert (copy / "hyperparams.yaml").read_text() == before
