import torch

from speechbrain_singer.augment.f0 import F0Tracker
from speechbrain_singer.augment.pulses import find_grains


def test_a_voice_that_is_to_stand_still_has_finite_grains():
    tracker = F0Tracker()
    phase = 1.5 * torch.arange(81, dtype=torch.float64)[None]
    voiced = torch.ones(1, 11, dtype=torch.bool)
    grains = find_grains(phase, voiced, torch.zeros(1, 11), tracker)
    assert grains.place.isfinite().all()
    assert grains.shift.isfinite().all()
    assert (grains.place.diff(dim=1) > 0).all()
