import numpy as np
import pytest
import soundfile

from speechbrain_singer.dsp.f0 import F0Tracker
from speechbrain_singer.evaluation.pitch import (
    check_edges,
    median_pitches,
    pitch_bins,
)
from speechbrain_singer.trials import Trials

RATE = 44100


def test_the_median_of_what_is_voiced(tmp_path):
    """Half a second at 220 Hz and a quarter at 330, between rests."""
    parts = [(0, 0.5), (220, 0.5), (0, 0.2), (330, 0.25)]
    phase = np.concatenate(
        [np.full(round(s * RATE), 2 * np.pi * f / RATE) for f, s in parts]
    )
    path = tmp_path / "a.wav"
    soundfile.write(path, 0.3 * np.sin(phase.cumsum()) * (phase > 0), RATE)
    row = {"wav": str(path)}
    (pitch,) = median_pitches([row], F0Tracker(), progressbar=False)
    assert abs(pitch - 12 * np.log2(220)) < 0.1
    # A stretch of it
    stretch = {"start": round(1.2 * RATE), "stop": round(1.45 * RATE)}
    (higher,) = median_pitches([row | stretch], F0Tracker(), progressbar=False)
    assert abs(higher - pitch - 7.02) < 0.1


def test_without_a_voice_or_a_file(tmp_path, caplog):
    path = tmp_path / "silent.wav"
    soundfile.write(path, np.zeros(RATE // 2), RATE)
    rows = [{"wav": str(path)}, {"wav": str(tmp_path / "gone.wav")}]
    assert np.isnan(median_pitches(rows, F0Tracker(), progressbar=False)).all()
    assert "gone.wav" in caplog.text and "silent.wav" not in caplog.text


@pytest.fixture
def rows(tmp_path):
    time = np.arange(RATE // 2) / RATE
    for hertz in (200, 300):
        path = tmp_path / f"{hertz}.wav"
        soundfile.write(path, 0.3 * np.sin(2 * np.pi * hertz * time), RATE)
    return [{"wav": str(tmp_path / f"{hertz}.wav")} for hertz in (200, 300)]


def test_they_are_kept(rows, tmp_path, monkeypatch):
    kept = tmp_path / "cache"
    first = median_pitches(rows, F0Tracker(), kept, False)
    expected = 12 * np.log2([200, 300])
    np.testing.assert_allclose(first, expected, atol=0.1)
    # Another range is another tracker
    others = median_pitches(rows, F0Tracker(max_f0=250), kept, False)
    assert abs(others[1] - first[1]) > 1
    monkeypatch.setattr(F0Tracker, "track", pytest.fail)
    again = median_pitches(rows, F0Tracker(), kept, False)
    np.testing.assert_array_equal(again, first)


def test_what_fails_costs_its_own_pitch(rows, monkeypatch, caplog):
    class Faulty(F0Tracker):
        def track(self, decimated):
            f0, voiced = super().track(decimated)
            if f0[voiced].median() > 250:
                raise MemoryError("too long")
            return f0, voiced

    pitches = median_pitches(rows, Faulty(), progressbar=False)
    assert np.isfinite(pitches).tolist() == [True, False]
    assert "300.wav: too long" in caplog.text
    pitches = median_pitches(rows[1:], Faulty(), progressbar=False)
    assert np.isnan(pitches).all()


@pytest.mark.parametrize(
    "edges",
    [[], [2, 5], [0, 0, 2], [0, 5, 2], [0, float("nan")], [0, float("inf")]],
)
def test_edges_rise_from_0(edges):
    check_edges((0,))
    with pytest.raises(ValueError, match=r"must rise from 0"):
        check_edges(edges)


def test_bins_are_of_distances():
    pitches = np.array([50.0, 52.0, 59.5, 41.0, np.nan])
    first, second = np.triu_indices(5, 1)
    trials = Trials(first, second, np.zeros(10, np.int8))
    bins = pitch_bins(trials, pitches, (0, 2, 5, 9))
    pairs = {
        name: list(
            zip(first[mask].tolist(), second[mask].tolist(), strict=True)
        )
        for name, mask in bins.items()
    }
    assert pairs == {
        "0 to 2": [],
        "2 to 5": [(0, 1)],
        "5 to 9": [(1, 2)],
        "over 9": [(0, 2), (0, 3), (1, 3), (2, 3)],
    }
