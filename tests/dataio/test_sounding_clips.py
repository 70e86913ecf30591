"""Clips whose vocals sound."""

import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio.fixed_clips import clips_of, middle_of
from speechbrain_singer.dataio.sounding_clips import sounding_clips

RATE = 16000


def write(path, levels):
    """A second of noise of each level."""
    noise = np.random.default_rng(0).uniform(-1, 1, (len(levels), RATE))
    soundfile.write(path, (noise * np.c_[levels]).ravel(), RATE)
    return str(path)


def row_of(path, seconds, peak, **further):
    return {
        **{"ID": "a", "wav": path, "singer": "ann", "song": "1"},
        **{"start": 0, "stop": seconds * RATE, "sample_rate": RATE},
        **{"duration": float(seconds), "peak": peak, **further},
    }


def numbers(clips):
    return [int(clip["ID"].partition("#")[2]) for clip in clips]


def test_rests_are_told_by_the_recording_itself(tmp_path):
    """40 dB below its peak: a quiet recording has its voice, too."""
    levels = np.array([0.5, 0.05, 0.001, 0.0])
    for scale in (1.0, 0.02):
        path = write(tmp_path / f"{scale}.wav", scale * levels)
        clips = clips_of([row_of(path, 4, 0.5 * scale)], 1.0)
        assert numbers(sounding_clips(clips, False)) == [0, 1]


@pytest.mark.parametrize(("sung", "is_kept"), [(0.2, False), (0.3, True)])
def test_a_quarter_of_a_clip_has_to_sound(tmp_path, sung, is_kept):
    path = tmp_path / "a.wav"
    tone = np.sin(np.arange(2 * RATE) / 5)
    tone[round(sung * RATE) : RATE] = 0
    soundfile.write(path, tone, RATE)
    clips = clips_of([row_of(str(path), 2, 1.0)], 1.0)
    assert (0 in numbers(sounding_clips(clips, False))) == is_kept


def test_what_cannot_be_read_costs_itself_only(tmp_path, caplog):
    rows = [
        row_of(write(tmp_path / "a.wav", [0.5]), 1, 0.5),
        row_of(str(tmp_path / "none.wav"), 1, 0.5, ID="b"),
    ]
    clips = clips_of(rows, 1.0)
    assert [clip["ID"] for clip in sounding_clips(clips, False)] == ["a#0"]
    assert "none.wav" in caplog.text
    with pytest.raises(ValueError, match="1 cannot be read and 0 are rests"):
        sounding_clips(clips[1:], False)


def test_the_middle_of_long_tracks():
    rows = [row_of("a.wav", 10, 0.5), row_of("b.wav", 3, 0.5)]
    middle = middle_of(rows, 4.0)
    assert (middle[0]["start"], middle[0]["stop"]) == (3 * RATE, 7 * RATE)
    assert middle[0]["duration"] == 4
    assert middle[1] == rows[1]
