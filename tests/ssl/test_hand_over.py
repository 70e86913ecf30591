"""What a run leaves, also where files went missing while it trained."""

import json
from types import SimpleNamespace

import pytest
import soundfile

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.reports import singers as pictures
from speechbrain_singer.ssl import hand_over as module
from speechbrain_singer.ssl.hand_over import HandOver

pytestmark = pytest.mark.usefixtures("nothing_is_drawn")

SINGERS, SONGS = "abc", "12"


@pytest.fixture
def rows(tmp_path, noise):
    rows = []
    for number, singer in enumerate(SINGERS):
        for song in SONGS:
            path = tmp_path / f"{singer}{song}.wav"
            wav = noise(1.2, seed=10 * number + int(song), tilt=number / 3)
            soundfile.write(path, wav.numpy(), 44100)
            row = {"wav": str(path), "singer": singer, "song": song}
            rows.append(row | {"ID": path.name})
    return rows


@pytest.fixture
def brain(tmp_path, model, rows):
    """After training: what the hand-over asks of a Brain."""
    folder = tmp_path / "run"
    folder.mkdir()
    history = folder / "history.jsonl"
    record = {"epoch": 1, "lr": 0.1, "train": {"loss": 1.0}, "valid": None}
    history.write_text(json.dumps(record) + "\n")
    return SimpleNamespace(
        recover_best=lambda: {"epoch": 1},
        module=lambda name: model,
        log=SimpleNamespace(folder=folder, history=history),
        device="cpu",
        valid_rows=rows,
    )


def metrics(brain):
    return json.loads((brain.log.folder / "metrics.json").read_text())


def hand_over(brain, model, test_rows):
    HandOver(clip_seconds=1.0, corpus="noise")(brain, model, test_rows)


def test_encoder_threshold_figures_and_pictures(brain, model, rows):
    hand_over(brain, model, rows)
    found = metrics(brain)
    assert found["calibration"]["singers"] == 3
    assert found["calibration"]["trials"] == 15 - 6  # of different songs
    assert found["test"].keys() == {"trained", "untrained", "mfcc_statistics"}
    folder = brain.log.folder
    encoder = SingerEncoder.from_hparams(folder / "encoder")
    assert encoder.threshold == found["threshold"]
    assert encoder.calibration["set_on"]["corpus"] == "noise"
    pictures = {path.name for path in folder.glob("*.png")}
    assert pictures == {"curves.png", "similarity.png", "tsne.png"}


@pytest.mark.parametrize("lost", ["abc", "bc"])
def test_files_that_went_missing_cost_the_threshold_only(
    brain, model, rows, lost, tmp_path
):
    """Of all singers, or of all but one."""
    test_rows = [dict(row) for row in rows]
    for row in rows:
        if row["singer"] in lost:
            row["wav"] = str(tmp_path / "gone.wav")
    hand_over(brain, model, test_rows)
    found = metrics(brain)
    assert "threshold" not in found
    assert "EER" in found["test"]["trained"]["all_pairs"]
    folder = brain.log.folder
    assert SingerEncoder.from_hparams(folder / "encoder").threshold is None
    assert (folder / "curves.png").exists()


def test_a_picture_that_fails_costs_itself_only(
    brain, model, rows, monkeypatch, caplog
):
    def fail(*_):
        raise RuntimeError("no fonts")

    monkeypatch.setattr(pictures, "plot_similarity", fail)
    hand_over(brain, model, rows)
    assert (
        "similarity.png is not drawn: RuntimeError('no fonts')" in caplog.text
    )
    assert (brain.log.folder / "tsne.png").exists()
    assert "test" in metrics(brain)


@pytest.mark.parametrize("fails", ["embed_recordings", "verification_report"])
def test_the_encoder_does_not_hang_on_measuring_it(
    brain, model, rows, monkeypatch, caplog, fails
):
    def fail(*_):
        raise MemoryError("out of memory")

    monkeypatch.setattr(module, fails, fail)
    hand_over(brain, model, rows)
    assert "out of memory" in caplog.text
    assert SingerEncoder.from_hparams(brain.log.folder / "encoder")
    assert ("threshold" in metrics(brain)) == (fails == "verification_report")
    assert ("test" in metrics(brain)) == (fails == "embed_recordings")
