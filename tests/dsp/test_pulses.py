import pytest
import torch

from speechbrain_singer.dsp.f0 import F0Tracker
from speechbrain_singer.dsp.pulses import find_grains, pulse_phase


def test_a_voice_that_is_to_stand_still_has_finite_grains():
    tracker = F0Tracker()
    phase = 1.5 * torch.arange(81, dtype=torch.float64)[None]
    voiced = torch.ones(1, 11, dtype=torch.bool)
    grains = find_grains(phase, voiced, torch.zeros(1, 11), tracker)
    assert grains.place.isfinite().all()
    assert grains.shift.isfinite().all()
    assert (grains.place.diff(dim=1) > 0).all()


@pytest.mark.parametrize("heard", [0.99, 1.0, 1.01])
def test_there_is_a_pulse_a_period_though_f0_is_heard_wrong(heard):
    tracker = F0Tracker()
    time = torch.arange(44100) / 44100
    waves = [(2 * torch.pi * 200 * k * time).cos() / k for k in range(1, 9)]
    decimated = tracker.decimate(sum(waves)[None])
    f0 = torch.full((1, tracker.frames(44100)), 200.0 * heard)
    phase = pulse_phase(decimated, f0, tracker.decimated_rate)
    # Points are 64 samples apart; away from the ends
    first, last = 69, 620
    periods = 200 * 64 * (last - first) / 44100
    assert (phase[0, last] - phase[0, first]).item() == pytest.approx(
        periods, abs=0.05
    )
