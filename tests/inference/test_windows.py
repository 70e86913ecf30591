import pytest
import torch

from speechbrain_singer.inference.pooling import encode_recordings
from speechbrain_singer.inference.windows import level, split_windows


def starts(samples, length, hop, block):
    """First samples of the windows over 0, 1, 2, ..."""
    audio = torch.arange(samples, dtype=torch.float32)
    windows = list(split_windows(audio.split(block), length, hop))
    for window in windows:  # each is a stretch of the audio
        torch.testing.assert_close(
            window, window[0] + torch.arange(len(window)).float()
        )
    return [int(window[0]) for window in windows], len(windows[-1])


@pytest.mark.parametrize("block", [1, 3, 7, 10, 100])
@pytest.mark.parametrize(
    "samples, expected",
    [
        (10, [0]),
        (11, [0, 1]),
        (14, [0, 4]),
        (15, [0, 5]),
        (16, [0, 5, 6]),
        (20, [0, 5, 10]),
        (23, [0, 5, 10, 13]),
    ],
)
def test_windows_overlap_by_half_and_end_at_the_end(samples, expected, block):
    assert starts(samples, 10, 5, block) == (expected, 10)


def test_audio_shorter_than_a_window_comes_as_it_is():
    assert starts(9, 10, 5, block=4) == ([0], 9)


def test_level_of_a_full_scale_square_wave_is_0_db():
    assert level(torch.tensor([1.0, -1.0, 1.0])) == pytest.approx(0, abs=1e-6)


def embed(audio):
    """Windows of 10 samples as their own embeddings."""

    def encode(windows):
        return windows

    return encode_recordings([("audio", [audio])], encode, 10, 1, 0.5, 4)[0]


def test_rests_count_for_nothing():
    loud = torch.linspace(0.5, 1, 10)
    # Windows half in the rest would be loud: so rests on both sides of 10
    rest = 1e-4 * torch.linspace(1, -1, 10)
    for audio in (torch.cat([loud, rest]), torch.cat([rest, loud])):
        windows = [audio[:10], audio[5:15], audio[10:]]
        heard = [w for w in windows if w.abs().max() > 0.1]
        assert len(heard) == 2
        mean = sum(w / w.norm() for w in heard)
        torch.testing.assert_close(embed(audio), mean / mean.norm())


def test_batches_are_bounded_and_hold_one_length():
    audio = [torch.ones(n) for n in (60, 10, 7, 9, 7)]
    shapes = []

    def encode(windows):
        shapes.append(tuple(windows.shape))
        return torch.ones(len(windows), 3)

    encode_recordings(
        ((str(i), [a]) for i, a in enumerate(audio)), encode, 10, 1, 0.5, 4
    )
    assert sorted(shapes) == [(1, 9), (2, 7), (4, 10), (4, 10), (4, 10)]


def test_a_window_larger_than_the_bound_is_encoded_alone():
    seen = []
    audio = torch.ones(20)
    encode_recordings(
        [("a", [audio])],
        lambda windows: seen.append(len(windows)) or windows,
        sample_rate=10,
        window_seconds=1,
        min_seconds=0.5,
        batch_seconds=0.4,
    )
    assert seen == [1, 1, 1]
