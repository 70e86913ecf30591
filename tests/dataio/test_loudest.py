"""Where a recording is loudest, against a search through all of it."""

import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio import audio
from speechbrain_singer.dataio.loudest import loudest_start

RATE = 1000


def row_of(path, samples, start=0):
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    return {"wav": str(path), "start": start, "stop": len(samples)}


@pytest.mark.parametrize("start", [0, 730])
def test_is_what_a_search_finds(tmp_path, start, monkeypatch):
    monkeypatch.setattr(audio, "_BLOCK_SAMPLES", 333)  # no whole frames
    generator = np.random.default_rng(start)
    levels = generator.uniform(0, 0.3, 90).repeat(100)
    samples = levels * generator.standard_normal(9000)
    row = row_of(tmp_path / "a.wav", samples, start)
    own = samples[start:]
    own = own[: len(own) // 100 * 100]
    power = [own[i : i + 100].var() for i in range(0, len(own), 100)]
    sums = [sum(power[i : i + 20]) for i in range(len(power) - 19)]
    assert loudest_start(row, 2.0) == np.argmax(sums) / 10


def test_an_offset_is_not_loud(tmp_path):
    samples = np.concatenate([np.full(2000, 0.9), np.zeros(2000)])
    samples[2500:3500] += 0.1 * np.random.default_rng(0).standard_normal(1000)
    assert loudest_start(row_of(tmp_path / "a.wav", samples), 1.0) == 2.5


def test_a_missing_file_is_named(tmp_path):
    row = {"wav": str(tmp_path / "no.wav"), "start": 0, "stop": 9}
    with pytest.raises(audio.AudioError, match=r"no\.wav"):
        loudest_start(row, 1.0)
