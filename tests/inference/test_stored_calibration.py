import shutil
import tempfile

import numpy as np
import pytest
import soundfile
import torch
import yaml

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.stored_calibration import (
    Costs,
    check_can_store,
    read_calibration,
    store_calibration,
    store_threshold,
)
from speechbrain_singer.scoring.calibration import Calibration

FITTED = Calibration(slope=20.0, offset=-9.0)


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "encoder")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_encoder_has_the_threshold(copy, noise, tmp_path):
    set_on = {"corpus": "choir", "singers": 12, "EER_percent": 3.5}
    threshold = store_calibration(
        copy, FITTED, set_on, Costs(prior=0.1, c_miss=2.0)
    )
    # log(0.9 * 1 / (0.1 * 2)) is the ratio at which both cost the same
    assert threshold == pytest.approx((np.log(4.5) + 9) / 20)
    encoder = SingerEncoder.from_hparams(copy)
    assert encoder.threshold == threshold
    assert encoder.calibration == {
        "threshold": threshold,
        "set_on": set_on,
        "slope": 20.0,
        "offset": -9.0,
        "prior": 0.1,
        "c_miss": 2.0,
        "c_fa": 1.0,
    }
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(1.0).numpy(), 44100)
    score, same = encoder.verify_files(path, path)
    assert same == (score > threshold)
    stored = Calibration(
        encoder.calibration["slope"], encoder.calibration["offset"]
    )
    assert stored.log_likelihood_ratios(0.6) == pytest.approx(3.0)


def test_a_threshold_alone(copy):
    store_threshold(copy, np.float32(0.25), {"corpus": "choir"})
    encoder = SingerEncoder.from_hparams(copy)
    assert encoder.threshold == 0.25
    assert encoder.calibration == {
        "threshold": 0.25,
        "set_on": {"corpus": "choir"},
    }


def test_no_threshold(model, tmp_path):
    encoder = SingerEncoder.from_hparams(
        export_encoder(tmp_path / "e", model, 1.0)
    )
    assert encoder.threshold is None and encoder.calibration is None
    with pytest.raises(ValueError, match="no threshold: calibrate one"):
        encoder.verify_files("a.wav", "b.wav")


def test_nothing_else_changes(copy, encoder):
    before = contents(copy)
    store_calibration(copy, FITTED, {"corpus": "choir"})
    after = contents(copy)
    assert before.pop("calibration.yaml") != after.pop("calibration.yaml")
    assert after == before
    wav = torch.randn(1, 44100, generator=torch.Generator().manual_seed(0))
    again = SingerEncoder.from_hparams(copy)
    assert torch.equal(again.encode_batch(wav), encoder.encode_batch(wav))


def test_the_last_one_counts_whole(copy):
    store_calibration(copy, FITTED, {"corpus": "choir"})
    once = contents(copy)
    store_threshold(copy, 0.3, {"trials": 5})
    kept = read_calibration(copy)
    del kept["sha256"]
    assert kept == {"threshold": 0.3, "set_on": {"trials": 5}}
    store_calibration(copy, FITTED, {"corpus": "choir"})
    assert contents(copy) == once


def test_whoever_opens_the_file_reads_what_it_is(copy):
    store_calibration(copy, FITTED)
    text = (copy / "calibration.yaml").read_text()
    assert text.startswith("# Two recordings count as the same singer's if")
    assert yaml.safe_load(text)["threshold"] == 0.45


def test_a_small_threshold_is_a_number(copy):
    store_threshold(copy, 0.00001)
    assert SingerEncoder.from_hparams(copy).threshold == 1e-5
    store_calibration(copy, Calibration(1.0, -0.00002))
    assert SingerEncoder.from_hparams(copy).threshold == 2e-5


def test_a_folder_without_an_encoder(tmp_path):
    for store, what in ((store_calibration, FITTED), (store_threshold, 0.5)):
        with pytest.raises(FileNotFoundError, match=r"hyperparams\.yaml: no "):
            store(tmp_path, what)
    assert not any(tmp_path.iterdir())


def test_details_that_yaml_cannot_hold_change_nothing(copy):
    before = contents(copy)
    for store, what in ((store_calibration, FITTED), (store_threshold, 0.5)):
        with pytest.raises(TypeError, match="plain numbers"):
            store(copy, what, {"EER": torch.tensor(0.1)})
        with pytest.raises(TypeError, match="a key is no text"):
            store(copy, what, {1: 2})
    assert contents(copy) == before


def test_an_unfitted_calibration_changes_nothing(copy):
    before = contents(copy)
    with pytest.raises(ValueError, match="call fit"):
        store_calibration(copy, Calibration())
    assert contents(copy) == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- 1\n",
        "threshold: [\n",
        "set_on: {}\n",
        "threshold: null\n",
        "threshold: 1.5\n",
        "a: &a [*a]\nthreshold: 0.5\n",
        "1: 2\nthreshold: 0.5\nsha256: a\n",
        "threshold: !!int ''\n",
        "threshold: 0.5\nset_on: !!python/name:os.system\n",
        "threshold: .nan\n",
        "threshold: 0.5\nslope: 2.0\n",
        "threshold: 0.5\nslope: 2.0\noffset: low\n",
        b"threshold: \xff\n",
    ],
)
def test_a_damaged_file_is_named(copy, text):
    path = copy / "calibration.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ValueError, match="damaged: copy it anew, or") as error:
        SingerEncoder.from_hparams(copy)
    assert str(path) in str(error.value)


def test_a_few_lines_that_stand_for_billions(copy):
    lines = ["threshold: 0.5", "a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for n in range(1, 12):
        lines += [f"a{n}: &a{n} [{', '.join(9 * [f'*a{n - 1}'])}]"]
    (copy / "calibration.yaml").write_text("\n".join(lines))
    with pytest.raises(ValueError, match=r"damaged: copy it anew.*an alias"):
        SingerEncoder.from_hparams(copy)


@pytest.mark.parametrize("kind", ["folder", "loop", "dangling"])
def test_what_is_no_file_is_not_no_threshold(copy, kind):
    path = copy / "calibration.yaml"
    path.unlink()
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(path if kind == "loop" else copy / "nothing")
    with pytest.raises(OSError, match="cannot be read: copy it") as error:
        SingerEncoder.from_hparams(copy)
    assert str(path) in str(error.value)


def test_numbers_as_in_hyperparams(tmp_path):
    (tmp_path / "calibration.yaml").write_text("threshold: 1e-1\n")
    assert read_calibration(tmp_path) == {"threshold": 0.1}


@pytest.mark.parametrize("threshold", [1.01, -2, np.nan, np.inf])
def test_a_threshold_that_is_no_cosine(copy, threshold):
    before = contents(copy)
    with pytest.raises(
        ValueError, match="cosine of two embeddings, no number but from -1 to 1"
    ):
        store_threshold(copy, threshold)
    assert contents(copy) == before


def test_costs_that_no_cosine_is_worth(copy):
    """log(0.999 / 0.001) = 6.9, and slope * 1 + offset = 5."""
    calibration = Calibration(slope=10.0, offset=-5.0)
    assert store_calibration(copy, calibration, costs=Costs(prior=0.001)) == 1
    assert SingerEncoder.from_hparams(copy).threshold == 1


def test_details_that_are_there_twice(copy):
    singers = ["ann", "bob"]
    store_threshold(copy, 0.5, {"train": singers, "test": singers})
    set_on = SingerEncoder.from_hparams(copy).calibration["set_on"]
    assert set_on == {"train": singers, "test": singers}


def test_a_file_of_nonsense_is_named(copy):
    path = copy / "calibration.yaml"
    for text in (900 * "[", "threshold: " + 4000 * "9", "threshold: true"):
        path.write_text(text)
        with pytest.raises(ValueError, match="damaged: copy it anew, or"):
            read_calibration(copy)


def test_the_weights_that_it_is_of(copy):
    encoder = SingerEncoder.from_hparams(copy)
    store_calibration(copy, FITTED, sha256=encoder.sha256)
    assert SingerEncoder.from_hparams(copy).threshold == 0.45
    before = contents(copy)
    with pytest.raises(ValueError, match="another encoder than the one") as e:
        store_calibration(copy, FITTED, sha256="0" * 64)
    assert str(copy) in str(e.value)
    assert contents(copy) == before


def test_where_it_can_be_kept(copy, tmp_path, monkeypatch):
    before = contents(copy)
    check_can_store(copy)
    check_can_store(str(copy))
    assert contents(copy) == before
    with pytest.raises(FileNotFoundError, match=r"hyperparams\.yaml: no such"):
        check_can_store(tmp_path)

    def read_only(**_):
        raise OSError("Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", read_only)
    with pytest.raises(OSError, match="Read-only") as error:
        check_can_store(copy)
    assert str(copy) in str(error.value)
