from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy import stats

from speechbrain_singer.dataio.voice_clips import VoiceClips, WholeVoices

VOICES, RECORDINGS, BANDS, FRAMES = 12, 4, 3, 30


class Voices(list):
    """Whose values say voice, recording and frame."""

    settings = SimpleNamespace(recordings=RECORDINGS, frames=FRAMES)


@pytest.fixture
def voices():
    shape = VOICES, RECORDINGS, 1, FRAMES
    numbers = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    return Voices(numbers.repeat(BANDS, axis=2))


KINDS = "xxxxyyyyyyyy"


def clips_of(voices, frames, step, seed, one_kind=0.0, one_channel=0.0):
    shares = one_kind, one_channel
    return VoiceClips(voices, frames, step, KINDS, *shares, seed)


def drawn(item):
    """Voice, recordings and first frames of an item."""
    first = item["decibels"][:, 0, 0].long().numpy()
    voice, rest = np.divmod(first, RECORDINGS * FRAMES)
    return set(voice.tolist()), *np.divmod(rest, FRAMES)


def test_clips_are_stretches_of_two_recordings_of_a_voice(voices):
    clips = clips_of(voices, (10, 20), step=4, seed=1)
    for index in range(24):
        item = clips[1, index]
        whose, recordings, _ = drawn(item)
        assert whose == {item["voice"]}
        assert recordings[0] != recordings[1]
        frames = item["decibels"].shape[2]
        assert 10 <= frames <= 20
        expected = item["decibels"][:, :, :1] + torch.arange(frames)
        assert torch.equal(item["decibels"], expected)
        assert item["seeds"][0] != item["seeds"][1]


def test_all_is_a_function_of_seed_epoch_and_index(voices):
    def item(seed, epoch, index):
        return clips_of(voices, (10, 20), step=4, seed=seed)[epoch, index]

    same, again = item(1, 2, 5), item(1, 2, 5)
    assert torch.equal(same["decibels"], again["decibels"])
    assert torch.equal(same["seeds"], again["seeds"])
    for other in (item(2, 2, 5), item(1, 3, 5), item(1, 2, 6)):
        assert not torch.equal(same["seeds"], other["seeds"])


def steps_of(clips, step, count):
    voices = [clips[1, index]["voice"] for index in range(step * count)]
    return np.reshape(voices, (count, step))


def test_the_voices_of_a_step_are_others_each_and_drawn_evenly(voices):
    steps = steps_of(clips_of(voices, (10, 20), step=4, seed=1), 4, 300)
    assert all(len(set(step)) == 4 for step in steps.tolist())
    assert stats.chisquare(np.bincount(steps.ravel())).pvalue > 1e-3
    again = steps_of(clips_of(voices, (10, 20), step=4, seed=1), 4, 300)
    np.testing.assert_array_equal(again, steps)


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_some_steps_have_voices_of_one_kind(voices, share):
    clips = clips_of(voices, (10, 20), step=4, seed=3, one_kind=share)
    first = steps_of(clips, 4, 400) < KINDS.count("x")
    alike = (first == first[:, :1]).all(axis=1)
    # Of mixed steps so many are alike by chance
    chance = (1 + 70) / 495
    expected = share + (1 - share) * chance
    assert stats.binomtest(int(alike.sum()), 400, expected).pvalue > 1e-3
    of_x = int(first[alike, 0].sum())
    if share == 1:
        assert stats.binomtest(of_x, 400, 1 / 3).pvalue > 1e-3


def test_some_steps_have_one_channel(voices):
    clips = clips_of(voices, (10, 20), step=4, seed=3, one_channel=0.5)
    items = [clips[1, index] for index in range(1200)]
    steps = torch.stack([item["channels"] for item in items]).view(300, 8)
    shared = (steps == steps[:, :1]).all(dim=1)
    assert stats.binomtest(int(shared.sum()), 300, 0.5).pvalue > 1e-3
    assert len(steps[shared, 0].unique()) == shared.sum()
    assert len(steps[~shared].unique()) == 8 * (~shared).sum()
    own = torch.stack([item["seeds"] for item in items])
    assert len(own.unique()) == own.numel()


def test_a_step_has_one_length_and_the_next_another(voices):
    clips = clips_of(voices, (5, 24), step=6, seed=1)
    lengths = [clips[1, i]["decibels"].shape[2] for i in range(6 * 200)]
    lengths = np.reshape(lengths, (200, 6))
    assert (lengths == lengths[:, :1]).all()
    counts = np.bincount(lengths[:, 0], minlength=25)[5:]
    assert stats.chisquare(counts).pvalue > 1e-3


def test_recordings_and_starts_are_uniform(voices):
    clips = clips_of(voices, (21, 21), step=6, seed=2)
    found = [drawn(clips[1, index])[1:] for index in range(1000)]
    recordings, starts = np.concatenate(found, axis=1)
    assert stats.chisquare(np.bincount(recordings)).pvalue > 1e-3
    assert stats.chisquare(np.bincount(starts)).pvalue > 1e-3
    assert starts.max() == FRAMES - 21


def test_a_whole_recording_may_be_a_clip(voices):
    clips = clips_of(voices, (FRAMES, FRAMES), step=6, seed=2)
    assert clips[1, 0]["decibels"].shape == (2, BANDS, FRAMES)


def test_what_does_not_fit_is_refused(voices):
    with pytest.raises(ValueError, match="frames of a clip: from 10 to 31"):
        clips_of(voices, (10, 31), step=1, seed=1)
    with pytest.raises(ValueError, match="persons of a step"):
        clips_of(voices, (10, 20), step=0, seed=1)
    with pytest.raises(ValueError, match="persons of a step"):
        clips_of(voices, (10, 20), step=5, seed=1, one_kind=0.1)
    voices.settings = SimpleNamespace(recordings=1, frames=FRAMES)
    with pytest.raises(ValueError, match="recordings"):
        clips_of(voices, (10, 20), step=1, seed=1)


def test_whole_voices_have_all_recordings(voices):
    whole = WholeVoices(voices)
    assert len(whole) == VOICES
    assert whole[7]["voice"] == 7
    np.testing.assert_array_equal(whole[7]["decibels"], voices[7])
