import pytest
import torch
from scipy.stats import chisquare

from speechbrain_singer.augment.crops import random_crops
from speechbrain_singer.augment.streams import Streams

TIME, SAMPLES = 20, 8


def starts(number, seed=0):
    """Where the crops of so many clips begin, each a stretch of its clip."""
    clips = torch.arange(number * TIME).view(number, TIME)
    crops = random_crops(clips, Streams(range(seed, seed + number)), SAMPLES)
    first = crops[:, 0]
    assert torch.equal(crops, first[:, None] + torch.arange(SAMPLES))
    return first - clips[:, 0]


def test_positions_are_inside_and_uniform():
    counts = torch.bincount(starts(6500), minlength=TIME - SAMPLES + 1)
    assert len(counts) == TIME - SAMPLES + 1  # the last one ends the clip
    assert chisquare(counts).pvalue > 0.01


def test_a_position_hangs_on_the_seed_alone():
    assert torch.equal(starts(9)[4:], starts(5, seed=4))


def test_a_crop_may_be_the_clip():
    clips = torch.randn(3, TIME)
    assert torch.equal(random_crops(clips, Streams([1, 2, 3]), TIME), clips)


@pytest.mark.parametrize("samples", [0, TIME + 1])
def test_other_lengths_are_refused(samples):
    with pytest.raises(ValueError, match=f"crop of {samples} samples"):
        random_crops(torch.zeros(1, TIME), Streams([1]), samples)
