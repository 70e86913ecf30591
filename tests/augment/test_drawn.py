"""What a chain drew is what it applied, so that labels can follow."""

import pytest
import torch
from voices import sing

from speechbrain_singer.augment.chain import Chain, Sometimes
from speechbrain_singer.augment.gain import Gain
from speechbrain_singer.augment.pitch_shift import PitchShift
from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.augment.time_mask import TimeMask
from speechbrain_singer.dsp.f0 import F0Tracker
from speechbrain_singer.synthesis import (
    Take,
    draw_recording,
    draw_singer,
    draw_song,
    synthesise,
)


@pytest.mark.parametrize("kinds", [["gain"], None], ids=["one", "all"])
def test_what_was_drawn_gives_the_view_by_hand(transforms, kinds):
    wavs = sing(8)
    chain = Chain([transforms[kind] for kind in kinds or transforms], 0.5)
    drawn = chain.draw(wavs, Streams(range(8)))
    by_hand = wavs.clone()
    for step in drawn.steps:
        changed = step.transform.apply(by_hand[step.rows], step.parameters)
        by_hand[step.rows] = changed
    assert torch.equal(drawn.apply(wavs), by_hand)
    assert torch.equal(chain(wavs, Streams(range(8))), by_hand)
    assert not torch.equal(by_hand, wavs)


def test_steps_come_in_order_and_only_where_somebody_gets_them():
    gain, mask = Gain(), TimeMask()
    chain = Chain([Sometimes(mask, 0.0), gain, mask], probability=1.0)
    steps = chain.draw(torch.ones(3, 9), Streams(range(3))).steps
    assert [step.transform for step in steps] == [gain, mask]
    for step in steps:
        assert step.rows.tolist() == [0, 1, 2]
        assert {len(draws) for draws in step.parameters.values()} == {3}


def test_nothing_is_drawn_in_evaluation(published):
    wavs = torch.ones(3, 9)
    drawn = published.eval().draw(wavs, Streams(range(3)))
    assert drawn.steps == []
    assert torch.equal(drawn.apply(wavs), wavs)


def test_one_draw_serves_several_signals(published):
    """The voice of a mixture can get what the mixture gets."""
    wavs = sing(8)
    drawn = published.draw(wavs, Streams(range(8)))
    for step in drawn.steps:
        if isinstance(step.transform, TimeMask):
            silent = drawn.apply(torch.ones_like(wavs))[step.rows] == 0
            assert torch.equal(silent, drawn.apply(wavs)[step.rows] == 0)
            return
    pytest.fail("no mask was drawn")


def test_notes_follow_a_pitch_shift():
    takes = [
        Take(draw_singer(3, i), draw_song(3, i, 4), draw_recording(3, i))
        for i in range(6)
    ]
    wavs = synthesise(takes, 2.5)
    chain = Chain([PitchShift(max_f0=1200.0), Gain()], probability=0.7)
    drawn = chain.draw(wavs, Streams(range(6)))
    (shift,) = (s for s in drawn.steps if isinstance(s.transform, PitchShift))
    assert 0 < len(shift.rows) < 6
    (before, sung), (after, still) = map(track, (wavs, drawn.apply(wavs)))
    ratio, range_ratio = torch.ones(6, 1), torch.ones(6, 1)
    ratio[shift.rows] = shift.parameters["ratio"]
    range_ratio[shift.rows] = shift.parameters["range_ratio"]
    for row in range(6):
        both = sung[row] & still[row]
        median = before[row][sung[row]].median()
        label = median + range_ratio[row] * (before[row][both] - median)
        label = ratio[row] * label
        cents = 1200 * torch.log2(after[row][both] / label).abs()
        assert cents.median() < 15
        moved = 1200 * torch.log2(after[row][both] / before[row][both]).abs()
        assert (moved.median() > 30) == (row in shift.rows)


def track(wavs):
    tracker = F0Tracker(max_f0=1200.0)
    return tracker.track(tracker.decimate(wavs))
