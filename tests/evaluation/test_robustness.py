"""Two singers, a low and a high one, and an encoder that hears just that."""

import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.evaluation.robustness import Robustness
from speechbrain_singer.trials import TrialPlan

RATE = 44100
PITCH = {"ann": 300.0, "bob": 20000.0}


class Ears(torch.nn.Module):
    sample_rate, dimension = RATE, 2

    def encode_batch(self, wavs, wav_lens=None):
        if not wavs.any(dim=1).all():
            raise AudioError("silent")
        power = torch.fft.rfft(wavs).abs().square()
        half = power.shape[1] // 2
        low, high = power[:, :half].sum(1), power[:, half:].sum(1)
        return torch.stack([low, high], dim=1).unsqueeze(1)


class Flipped:
    """Low becomes high, and high low."""

    def draw(self, wavs, streams):
        return {}

    def apply(self, wavs, parameters):
        return wavs * (-1) ** torch.arange(wavs.shape[1])


class Muted(Flipped):
    """Nothing is left of what is no louder than a level."""

    def __init__(self, level):
        self.level = level

    def apply(self, wavs, parameters):
        return wavs * (wavs.abs().max() > self.level)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Three songs of each; each louder than the one before."""
    folder, made = tmp_path_factory.mktemp("songs"), []
    time = np.arange(RATE // 5) / RATE
    for singer, hertz in PITCH.items():
        for song in range(3):
            path = folder / f"{singer}{song}.wav"
            wave = np.sin(2 * np.pi * hertz * time) * (song + 1) / 10
            wave += 0.02 * np.sin(2 * np.pi * (5000 + 4000 * song) * time)
            soundfile.write(path, wave, RATE)
            row = {"ID": path.name, "wav": str(path), "singer": singer}
            sex = "female" if singer == "ann" else ""
            made.append(row | {"song": str(song), "sex": sex})
    return made


PITCHES = np.array([60.0, 61.0, 66.0, 70.0, 71.0, np.nan])


def measure(rows, encoder=None, **settings):
    plans = {"all": TrialPlan(different=())}
    settings = {"conditions": plans, "replicates": 0} | settings
    settings = {"degradations": {}} | settings
    robustness = Robustness(**settings)
    return robustness.measure(encoder or Ears(), rows, PITCHES, False)


def test_clean_against_degraded_both_ways_round(rows):
    report = measure(rows, degradations={"flipped": Flipped()})
    assert report["recordings"] == 6 and report["singers"] == 2
    figures = report["conditions"]["all"]
    assert list(figures) == ["clean", "flipped"]
    clean, flipped = figures.values()
    assert clean == {"EER": 0.0, "trials": 15, "same_singer_trials": 6}
    # Were both sides flipped there would be no error
    assert flipped == {"EER": 100.0, "trials": 30, "same_singer_trials": 12}


def test_what_is_lost_is_lost_on_the_degraded_side_alone(rows):
    """Two of six cannot be heard: each pair counts twice, less their tests."""
    muted = {"muted": Muted(0.15), "all": Muted(1.0), "none": Muted(0.0)}
    report = measure(rows, degradations=muted)
    figures = report["conditions"]["all"]
    counts = {name: own["trials"] for name, own in figures.items()}
    assert counts == {"clean": 15, "muted": 30 - 2 * 5, "all": 0, "none": 30}
    assert "EER" not in figures["all"]


def test_by_pitch_and_by_sex(rows):
    report = measure(rows)
    counts = {
        name: (own["trials"], own["same_singer_trials"])
        for name, own in report["pitch"]["all"].items()
    }
    # Within 60, 61, 66 and 70, 71; and between them
    assert counts == {
        "0 to 2": (2, 2),
        "2 to 5": (1, 0),
        "5 to 9": (3, 2),
        "over 9": (4, 0),
    }
    assert report["pitch"]["all"]["5 to 9"]["EER"] == 0.0
    assert report["sex"]["all"] == {
        "female": {"trials": 3, "same_singer_trials": 3}
    }


def test_a_sex_that_cannot_be_heard_has_its_entry(rows):
    """All encoders' reports are lines of one table."""

    class NoTreble(Ears):
        def encode_batch(self, wavs, wav_lens=None):
            heard = super().encode_batch(wavs)
            if (heard[..., 1] > heard[..., 0]).any():
                raise AudioError("too high")
            return heard

    rows = [row | {"sex": row["sex"] or "male"} for row in rows]
    sexes = measure(rows, NoTreble())["sex"]["all"]
    assert sexes["male"] == {"trials": 0, "same_singer_trials": 0}
    assert sexes.keys() == measure(rows)["sex"]["all"].keys()


def test_conditions_without_trials_are_left_out(rows, caplog):
    plans = {
        "by colour": TrialPlan(same=("colour",)),
        "same sex": TrialPlan(same=("sex",)),
    }
    with pytest.raises(ValueError, match="no condition has trials"):
        measure(rows, conditions=plans)
    assert "by colour is left out: the corpus lacks colour" in caplog.text
    both = plans | {"all": TrialPlan()}
    assert list(measure(rows, conditions=both)["conditions"]) == ["all"]


def test_a_second_time_nothing_is_encoded(rows, tmp_path, monkeypatch):
    settings = {
        "degradations": {"flipped": Flipped(), "muted": Muted(0.0)},
        "cache_folder": tmp_path,
    }
    first = measure(rows, **settings)
    assert len(list(tmp_path.iterdir())) == 3
    monkeypatch.setattr(Ears, "encode_batch", pytest.fail)
    assert measure(rows, **settings) == first


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"replicates": -1}, "replicates"),
        ({"seed": -1}, "seed"),
        ({"sample_rate": 0}, "sample rate"),
        ({"pitch_edges": (0, 5, 2)}, "edges of pitch distance"),
    ],
)
def test_settings_are_checked(setting, message):
    with pytest.raises(ValueError, match=message):
        Robustness({}, {}, **setting)
