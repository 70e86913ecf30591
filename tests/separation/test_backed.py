"""Vocals with a band: the balance, the sum, the labels, and bad files."""

import logging

import numpy as np
import pytest
import soundfile

from speechbrain_singer.corpora.csv_table import list_recordings
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.separation.backed import add_band

FULL = 2**15


@pytest.fixture
def rows(tmp_path):
    """Two recordings at different rates, and one that is no audio."""
    generator = np.random.default_rng(0)
    rows = []
    for name, rate in (("a/one.wav", 44100), ("b/two.wav", 48000)):
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True)
        soundfile.write(path, generator.uniform(-0.1, 0.1, rate), rate)
        rows.append({"ID": name, "wav": str(path), "singer": name[0]})
    bad = tmp_path / "corpus" / "bad.wav"
    bad.write_text("no audio")
    return [{"ID": "bad.wav", "wav": str(bad), "singer": "c"}, *rows]


def stems(folder, name):
    """Vocals, accompaniment and mixture in 16 bit."""
    names = [f"{stem}/{name}.flac" for stem in ("vocals", "accompaniment")]
    files = [folder / path for path in (*names, f"mixture/{name}.flac")]
    return [soundfile.read(file, dtype="int16")[0] for file in files]


@pytest.mark.parametrize("balance", [-5.0, 10.0])
def test_the_voice_is_so_much_louder_than_the_band(rows, tmp_path, balance):
    add_band(rows[1:], tmp_path, balance, progressbar=False)
    for row in rows[1:]:
        vocals, band, mixture = stems(tmp_path, row["ID"])
        assert len(mixture) == 44100
        assert np.array_equal(vocals + band, mixture)
        levels = [np.square(x / FULL).mean() for x in (vocals, band)]
        found = 10 * np.log10(levels[0] / levels[1])
        assert found == pytest.approx(balance, abs=0.05)


def test_each_recording_has_a_band_of_its_own(rows, tmp_path):
    add_band(rows[1:], tmp_path, 0.0, progressbar=False)
    bands = [stems(tmp_path, row["ID"])[1] for row in rows[1:]]
    assert abs(np.corrcoef(*bands)[0, 1]) < 0.5
    add_band(rows[1:], tmp_path / "again", 0.0, progressbar=False)
    again = stems(tmp_path / "again", rows[1]["ID"])[1]
    assert np.array_equal(bands[0], again)


def test_the_table_is_a_corpus_with_all_labels(rows, tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        path = add_band(rows, tmp_path, 5.0, progressbar=False)
    assert "bad.wav" in caplog.text and "left out" in caplog.text
    listed = list_recordings(tmp_path, path.name)
    assert [row["singer"] for row in listed] == ["a", "b"]
    for row, name in zip(listed, ("a/one.wav", "b/two.wav"), strict=True):
        assert row["path"] == str(tmp_path / f"vocals/{name}.flac")
        assert row["mixture"] == str(tmp_path / f"mixture/{name}.flac")


def test_nothing_that_can_be_read(rows, tmp_path):
    with pytest.raises(AudioError, match="none of 1 recordings"):
        add_band(rows[:1], tmp_path, 5.0, progressbar=False)


def test_a_balance_that_cannot_be(rows, tmp_path):
    with pytest.raises(ValueError, match="balance in dB"):
        add_band(rows, tmp_path, float("nan"), progressbar=False)
