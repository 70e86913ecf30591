import itertools

import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.evaluation.turn_mixtures import TurnMixtures

RATE = 8000


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Three singers, each with two recordings of a tone between silences."""
    folder = tmp_path_factory.mktemp("tones")
    rows = []
    for hertz in (500, 1000, 2000):
        for song in range(2):
            time = np.arange(4 * RATE) / RATE
            tone = (0.1 + 0.3 * song) * np.sin(2 * np.pi * hertz * time)
            silence = np.zeros(RATE)
            path = folder / f"{hertz}_{song}.wav"
            samples = np.concatenate([silence, tone, silence])
            soundfile.write(path, samples, RATE, subtype="FLOAT")
            rows.append(
                {
                    **{"singer": f"s{hertz}", "wav": str(path)},
                    **{"start": 0, "stop": len(samples)},
                }
            )
    return rows


MIXTURES = TurnMixtures(turns=2, sample_rate=RATE)


def pitch(waveform, start, stop):
    """The strongest frequency in Hz."""
    part = waveform[round(start * RATE) : round(stop * RATE)]
    power = np.abs(np.fft.rfft(part * np.hanning(len(part))))
    return power.argmax() * RATE / len(part)


@pytest.mark.parametrize("number", range(4))
def test_who_sings_is_who_is_said_to(rows, number):
    waveform, turns = MIXTURES.draw(rows, 3, number)
    names = [turn.singer for turn in turns]
    assert sorted(names) == sorted(["s500", "s1000", "s2000"] * 2)
    assert all(a != b for a, b in itertools.pairwise(names))
    for start, stop, name in turns:
        assert 2 - 0.1 < stop - start < 4 + 0.1
        assert pitch(waveform, start, stop) == pytest.approx(
            int(name[1:]), abs=2
        )
        # At one level, wherever it comes from
        middle = waveform[round((start + 0.2) * RATE) : round(stop * RATE)]
        middle = middle[: RATE // 2]
        assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.1, rel=0.05)


def test_changes_with_and_without_rests(rows):
    gaps = []
    for number in range(8):
        waveform, turns = MIXTURES.draw(rows, 2, number)
        for before, after in itertools.pairwise(turns):
            gaps.append(after.start - before.stop)
            rest = waveform[
                round((before.stop + 0.05) * RATE) : round(
                    (after.start - 0.05) * RATE
                )
            ]
            assert np.abs(rest).max(initial=0) < 1e-3
    gaps = np.array(gaps)
    assert 4 < (gaps == 0).sum() < 20
    rests = gaps[gaps != 0]
    assert ((rests > 0.1) & (rests < 1.15)).all()


def test_a_change_without_a_rest_is_one_moment(rows):
    changes = []
    for number in range(8):
        waveform, turns = MIXTURES.draw(rows, 2, number)
        for before, after in itertools.pairwise(turns):
            if before.stop == after.start:
                now = before.stop
                heard = [
                    pitch(waveform, now - 0.18, now - 0.03),
                    pitch(waveform, now + 0.03, now + 0.18),
                ]
                named = [int(turn.singer[1:]) for turn in (before, after)]
                assert heard == pytest.approx(named, abs=10)
                changes.append(now)
    assert changes


def test_a_mixture_is_a_function_of_seed_and_number(rows):
    first, again = (MIXTURES.draw(rows, 2, 5) for _ in range(2))
    np.testing.assert_array_equal(first.waveform, again.waveform)
    assert first.turns == again.turns
    other = TurnMixtures(turns=2, sample_rate=RATE, seed=2).draw(rows, 2, 5)
    assert other.turns != first.turns
    assert MIXTURES.draw(rows, 2, 6).turns != first.turns


def test_what_cannot_be_is_refused(rows, tmp_path):
    with pytest.raises(ValueError, match=r"of 4 singers.* have 3"):
        MIXTURES.draw(rows, 4, 0)
    with pytest.raises(ValueError, match="excerpts in s"):
        TurnMixtures(shortest=3.0, longest=2.0)
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, torch.zeros(RATE).numpy(), RATE)
    row = {"singer": "a", "wav": str(silent), "start": 0, "stop": RATE}
    with pytest.raises(AudioError, match=r"silent\.wav: silent"):
        MIXTURES.draw([row], 1, 0)
