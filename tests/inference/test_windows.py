import weakref

import numpy as np
import pytest
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.inference.pooling import Windowing, encode_recordings
from speechbrain_singer.inference.windows import level, split_windows

# Windows of 10 samples, 40 at once; what is shorter than 5 is refused
WINDOWING = Windowing(10, 1, 0.5, 4)


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

    recordings = [("audio", [audio])]
    (embedding,) = encode_recordings(
        recordings, encode, Windowing(10, 1, 0.5, 4)
    )
    return embedding


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

    recordings = [(str(i), [a]) for i, a in enumerate(audio)]
    list(encode_recordings(recordings, encode, WINDOWING))
    assert sorted(shapes) == [(1, 9), (2, 7), (4, 10), (4, 10), (4, 10)]


def test_a_window_larger_than_the_bound_is_encoded_alone():
    seen = []
    audio = torch.ones(20)
    outcomes = encode_recordings(
        [("a", [audio])],
        lambda windows: seen.append(len(windows)) or windows,
        Windowing(10, 1, 0.5, batch_seconds=0.4),
    )
    assert len(list(outcomes)) == 1
    assert seen == [1, 1, 1]


def moments(windows):
    return torch.stack([windows.mean(dim=1), windows.std(dim=1)], dim=1)


def test_recordings_that_fail_do_not_touch_the_others():
    generator = torch.Generator().manual_seed(0)
    good = [torch.rand(n, generator=generator) for n in (23, 8, 40)]

    def breaks_off():
        yield torch.ones(30)
        raise AudioError("cut: truncated")

    recordings = [
        ("a", [good[0]]),
        ("cut", breaks_off()),
        ("rest", [torch.zeros(30)]),
        ("b", [good[1]]),
        ("short", [torch.ones(3)]),
        ("c", [good[2]]),
    ]
    outcomes = list(
        encode_recordings(recordings, moments, Windowing(10, 1, 0.5, 4))
    )
    for place, reason in (
        (1, "cut: truncated"),
        (2, "rest: silent throughout"),
        (4, r"short: too short to encode: 0\.300 s, at least 0\.500 s"),
    ):
        with pytest.raises(AudioError, match=reason):
            raise outcomes[place]
    for audio, place in zip(good, (0, 3, 5), strict=True):
        starts = [*range(0, max(1, len(audio) - 9), 5), max(0, len(audio) - 10)]
        windows = [audio[s : s + 10] for s in sorted(set(starts))]
        units = [v / v.norm() for v in (moments(w[None])[0] for w in windows)]
        mean = sum(units)
        torch.testing.assert_close(outcomes[place], mean / mean.norm())


@pytest.mark.parametrize("block", [7, 300])
def test_what_is_held_is_bounded_whatever_the_lengths(block):
    """Recordings of as many lengths as there are, and long ones that rest."""
    blocks, most_blocks, most_samples = [], [0], [0]

    def audio(number):
        for start in range(0, 300, block):
            samples = np.zeros(block, dtype=np.float32)
            samples[: 5 + number % 3] = start == 0
            blocks.append(weakref.ref(samples))
            alive = [b for b in blocks if b() is not None]
            most_blocks[0] = max(most_blocks[0], len(alive))
            yield torch.from_numpy(samples)

    def short(number):
        yield torch.ones(50 + number % 50)

    def encode(windows):
        most_samples[0] = max(most_samples[0], windows.numel())
        return torch.ones(len(windows), 2)

    recordings = ((str(n), short(n) if n % 2 else audio(n)) for n in range(200))
    outcomes = encode_recordings(recordings, encode, Windowing(100, 1, 0.5, 4))
    assert [outcome.shape for outcome in outcomes] == [(2,)] * 200
    assert most_samples[0] <= 400
    # A window of 100 samples may be pieced together from 15 blocks of 7
    assert most_blocks[0] <= (3 if block == 300 else 20)
