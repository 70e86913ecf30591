import pytest
import torch

from speechbrain_singer.separation.overlap import (
    Segments,
    cross_fade,
    split_segments,
)


def segments_of(audio, length, fade, block):
    return list(split_segments(audio.split(block, dim=-1), length, fade))


@pytest.mark.parametrize("block", [1, 7, 100])
@pytest.mark.parametrize(
    ("length", "fade"), [(10, 3), (10, 5), (10, 0), (1, 0)]
)
@pytest.mark.parametrize("time", [1, 9, 10, 11, 16, 17, 18, 24, 100])
def test_what_is_cut_is_joined_again(time, length, fade, block):
    audio = torch.randn(2, time)
    segments = segments_of(audio, length, fade, block)
    assert {segment.shape for segment, _ in segments} == {(2, length)}
    parts = [segment[..., -used:] for segment, used in segments]
    joined = torch.cat(list(cross_fade(parts, fade)), dim=-1)
    assert torch.equal(joined, audio)


def test_the_last_segment_is_whole_and_ends_with_the_audio():
    audio = torch.arange(23)
    (_, first), (_, second), (last, used) = segments_of(audio, 10, 2, 23)
    assert (first, second) == (10, 10)
    assert torch.equal(last, audio[-10:])
    assert (
        used == 23 - 16
    )  # the first two end at 18, and two samples are shared


def test_short_audio_has_zeros_before_it():
    ((segment, used),) = segments_of(torch.ones(3), 5, 1, 3)
    assert (segment.tolist(), used) == ([0, 0, 1, 1, 1], 3)


def test_of_nothing_comes_nothing():
    assert list(split_segments([], 10, 2)) == []
    assert list(cross_fade([], 2)) == []


def test_one_goes_linearly_over_into_the_other():
    parts = [torch.zeros(6), torch.ones(6), torch.full((6,), 3.0)]
    joined = torch.cat(list(cross_fade(parts, fade=3)))
    expected = [0, 0, 0, 0.25, 0.5, 0.75, 1.5, 2, 2.5, 3, 3, 3]
    assert joined.tolist() == expected


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"seconds": 0}, "segment_seconds: 0"),
        ({"overlap": 0.6}, "overlap: 0.6"),
        ({"batch_size": 0}, "batch_size: 0"),
    ],
)
def test_what_cannot_be_cut_is_refused(setting, said):
    with pytest.raises(ValueError, match=said):
        Segments(**setting)


def test_at_most_half_is_shared():
    length, fade = Segments(seconds=0.5, overlap=0.5).samples(1001)
    assert 2 * fade <= length
