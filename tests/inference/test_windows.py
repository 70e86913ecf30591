import weakref

import numpy as np
import pytest
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.inference.pooling import Windowing, encode_recordings
from speechbrain_singer.inference.windows import split_windows

# Windows of 100 samples that overlap by half, 400 samples at once; what is
# shorter than 50 is refused
RATE = 8000
WINDOWING = Windowing(RATE, 100 / RATE, 50 / RATE, 400 / RATE, overlap=0.5)


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


def test_windows_one_after_the_other_end_at_the_end_too():
    assert starts(20, 10, 10, block=7) == ([0, 10], 10)
    assert starts(23, 10, 10, block=7) == ([0, 10, 13], 10)


@pytest.mark.parametrize(
    "overlap, expected",
    [(0.0, [0, 8, 12]), (0.5, [0, 4, 8, 12]), (0.75, [0, 2, 4, 6, 8, 10, 12])],
)
def test_what_share_of_a_window_the_next_one_has_too(overlap, expected):
    windowing = Windowing(RATE, 8 / RATE, 4 / RATE, 1, overlap)
    windows = windowing.split("a", [torch.arange(20)])
    assert [int(window[0]) for window in windows] == expected


def test_audio_shorter_than_a_window_comes_as_it_is():
    assert starts(9, 10, 5, block=4) == ([0], 9)


def without_offset(window):
    weights = torch.from_numpy(np.hanning(len(window) + 1)[:-1]).float()
    return window - (window * weights).sum() / weights.sum()


def sound(samples, seed=0):
    """Noise, without offset in any window of it that matters."""
    generator = torch.Generator().manual_seed(seed)
    noise = torch.rand(samples, generator=generator) + 0.5
    return noise * (-1) ** torch.arange(samples)


def embed(audio):
    """Windows of 100 samples as their own embeddings."""
    (embedding,) = encode_recordings(
        [("audio", [audio])], lambda windows: windows, WINDOWING
    )
    return embedding


def test_rests_count_for_nothing():
    loud, rest = sound(100), 1e-5 * sound(100, seed=1)
    # Windows half in the rest would be loud: so rests on both sides of 100
    for audio in (torch.cat([loud, rest]), torch.cat([rest, loud])):
        windows = [audio[:100], audio[50:150], audio[100:]]
        heard = [without_offset(w) for w in windows if w.abs().max() > 0.1]
        assert len(heard) == 2
        mean = sum(w / w.norm() for w in heard)
        torch.testing.assert_close(embed(audio), mean / mean.norm())


def test_windows_come_without_their_offset():
    audio = sound(200)
    torch.testing.assert_close(embed(audio + 0.25), embed(audio))


def test_batches_are_bounded_and_hold_one_length():
    audio = [sound(n) for n in (600, 100, 70, 90, 70)]
    shapes = []

    def encode(windows):
        shapes.append(tuple(windows.shape))
        return torch.ones(len(windows), 3)

    recordings = [(str(i), [a]) for i, a in enumerate(audio)]
    list(encode_recordings(recordings, encode, WINDOWING))
    assert sorted(shapes) == [(1, 90), (2, 70), *3 * [(4, 100)]]


def test_a_window_larger_than_the_bound_is_encoded_alone():
    seen = []
    audio = sound(200)
    outcomes = encode_recordings(
        [("a", [audio])],
        lambda windows: seen.append(len(windows)) or windows,
        Windowing(RATE, 100 / RATE, 50 / RATE, batch_seconds=40 / RATE),
    )
    assert len(list(outcomes)) == 1
    assert seen == [1, 1]


def moments(windows):
    return torch.stack([windows.amax(dim=1), windows.std(dim=1)], dim=1)


def test_recordings_that_fail_do_not_touch_the_others():
    good = [sound(n) for n in (230, 80, 400)]

    def breaks_off():
        yield sound(300)
        raise AudioError("cut: truncated")

    def too_long():
        yield sound(300)
        raise MemoryError

    recordings = [
        ("a", [good[0]]),
        ("cut", breaks_off()),
        ("rest", [torch.zeros(300)]),
        ("b", [good[1]]),
        ("short", [sound(30)]),
        ("c", [good[2]]),
        ("offset", [torch.full((300,), 0.25)]),
        ("long", too_long()),
    ]
    outcomes = list(encode_recordings(recordings, moments, WINDOWING))
    for place, reason in (
        (1, "cut: truncated"),
        (2, "rest: silent throughout"),
        (4, r"short: too short to encode: 0\.004 s, at least 0\.006 s"),
        (6, "offset: silent throughout"),
        (7, "long: memory does not suffice"),
    ):
        with pytest.raises(AudioError, match=reason):
            raise outcomes[place]
    for audio, place in zip(good, (0, 3, 5), strict=True):
        last = max(0, len(audio) - 100)
        starts = sorted({*range(0, last + 1, 50), last})
        windows = [audio[s : s + 100] for s in starts]
        windows = [without_offset(window) for window in windows]
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
            if start == 0:
                samples[: 5 + number % 3] = sound(5 + number % 3)
            blocks.append(weakref.ref(samples))
            alive = [b for b in blocks if b() is not None]
            most_blocks[0] = max(most_blocks[0], len(alive))
            yield torch.from_numpy(samples)

    def short(number):
        yield sound(50 + number % 50)

    def encode(windows):
        most_samples[0] = max(most_samples[0], windows.numel())
        return torch.ones(len(windows), 2)

    recordings = ((str(n), short(n) if n % 2 else audio(n)) for n in range(200))
    outcomes = encode_recordings(recordings, encode, WINDOWING)
    assert [outcome.shape for outcome in outcomes] == [(2,)] * 200
    assert most_samples[0] <= 400
    # A window of 100 samples may be pieced together from 15 blocks of 7
    assert most_blocks[0] <= (3 if block == 300 else 20)


def test_an_embedding_that_is_not_finite_is_no_embedding():
    def encode(windows):
        broken = windows.amax(dim=1, keepdim=True) > 100
        return torch.where(broken, torch.nan, moments(windows))

    recordings = [("a", [sound(200)]), ("b", [200 * sound(200)])]
    good, bad = encode_recordings(recordings, encode, WINDOWING)
    assert good.isfinite().all()
    with pytest.raises(AudioError, match="b: its embedding is not finite"):
        raise bad


@pytest.mark.parametrize("db", [-79.6, -80.4])
def test_the_floor_is_no_whole_number_of_decibels(db):
    tone = torch.sin(torch.arange(8000) * 2.0)
    tone *= 10 ** (db / 20) / tone.square().mean().sqrt()
    outcomes = encode_recordings(
        [("a", [tone])], moments, Windowing(RATE, 0.5, 0.1, 4)
    )
    assert isinstance(next(outcomes), AudioError) == (db < -80)
