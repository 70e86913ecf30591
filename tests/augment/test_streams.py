import itertools

import numpy as np
import pytest
import torch
from scipy import stats

from speechbrain_singer.augment import draws
from speechbrain_singer.augment.streams import Streams

SPACE = 2**64


def splitmix64(state):
    """S. Vigna's published C code, on Python's integers."""
    while True:
        state = (state + 0x9E3779B97F4A7C15) % SPACE
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % SPACE
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % SPACE
        yield z ^ (z >> 31)


def test_splitmix64_is_the_published_one():
    first = list(itertools.islice(splitmix64(1234567), 3))
    assert first == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


@pytest.mark.parametrize("seed", [0, 1, 1234567, 2**63, 2**64 - 1])
def test_a_stream_is_splitmix64_from_a_mixed_seed(seed):
    numbers = splitmix64(next(splitmix64(seed)))
    expected = np.array(list(itertools.islice(numbers, 6)), dtype=object)
    streams = Streams(np.array([seed], dtype=np.uint64))
    uniform = streams.uniform(3)[0]
    assert uniform.tolist() == [n / SPACE for n in expected[:3] >> 11 << 11]
    assert streams.integers(1000, 2)[0].tolist() == list(expected[3:5] % 1000)
    (seed_of_another,) = streams.split().integers(2**63)[0].tolist()
    numbers = splitmix64(next(splitmix64(expected[5])))
    assert seed_of_another == next(numbers) % 2**63


def test_signed_seeds_and_those_of_tensors_are_the_same():
    unsigned = Streams(np.array([2**64 - 1, 5], dtype=np.uint64)).uniform()
    assert np.array_equal(Streams([-1, 5]).uniform(), unsigned)
    assert np.array_equal(Streams(torch.tensor([-1, 5])).uniform(), unsigned)


@pytest.mark.parametrize(
    ("seeds", "error", "message"),
    [
        (5, ValueError, r"shape \[\].*one for each example"),
        ([[5], [7]], ValueError, r"shape \[2, 1\]"),
        ([1.5], TypeError, r"float64.*integers of 64 bits"),
        ([True], TypeError, "bool"),
        (["5"], TypeError, "<U1"),
        ([2**64], TypeError, "object"),
    ],
)
def test_seeds_are_a_list_of_integers(seeds, error, message):
    with pytest.raises(error, match=message):
        Streams(seeds)


def test_numbers_do_not_depend_on_how_many_are_asked_for():
    one, many = Streams(range(5)), Streams(range(5))
    singles = [one.uniform()[:, 0] for _ in range(6)]
    several = np.concatenate([many.uniform(4), many.uniform(2)], axis=1)
    assert np.array_equal(np.stack(singles, axis=1), several)


def test_some_streams_go_on_as_all_of_them():
    streams = Streams(range(6))
    streams.uniform(2)
    some = streams.of([4, 1])
    assert len(some) == 2
    drawn = some.uniform(3), some.uniform()
    expected = streams.uniform(3), streams.uniform()
    for found, wanted in zip(drawn, expected, strict=True):
        assert np.array_equal(found, wanted[[4, 1]])


def test_what_is_drawn_from_a_split_is_not_noticed():
    streams, other = Streams(range(4)), Streams(range(4))
    streams.split().uniform(100)
    other.split()
    assert np.array_equal(streams.uniform(), other.uniform())
    numbers = [streams.split().uniform(50) for _ in range(3)]
    numbers = np.concatenate([*numbers, streams.uniform(50)])
    assert len(np.unique(numbers)) == numbers.size


@pytest.mark.parametrize("seeds", [range(2000), range(0, 2000 << 40, 1 << 40)])
def test_numbers_are_uniform_and_independent(seeds):
    """Over examples whose seeds are alike, over draws, and over splits."""
    streams = Streams(seeds)
    columns = [streams.uniform(2), streams.split().uniform(2)]
    columns += [streams.of([7]).uniform(2000).T]
    numbers = np.concatenate(columns, axis=1)
    for column in numbers.T:
        assert stats.kstest(column, "uniform").pvalue > 0.001
        # Neighbours too
        assert abs(np.corrcoef(column[1:], column[:-1])[0, 1]) < 0.09
    correlations = np.corrcoef(numbers.T) - np.eye(5)
    assert abs(correlations).max() < 4 / np.sqrt(2000)


def test_normal_draws_are_normal_and_each_examples_own():
    wavs = torch.zeros(4, 1)
    normal = draws.normal(wavs, Streams(range(4)), 20000).numpy()
    for row in normal:
        assert stats.kstest(row, "norm").pvalue > 0.001
    assert abs(np.corrcoef(normal) - np.eye(4)).max() < 4 / np.sqrt(20000)
    spectrum = draws.normal(wavs[:1], Streams([5]), 20000, torch.complex64)
    parts = torch.view_as_real(spectrum)[0].T.numpy() * np.sqrt(2)
    for row in parts:
        assert stats.kstest(row, "norm").pvalue > 0.001


@pytest.mark.parametrize("draw", [draws.uniform, draws.integers, draws.seeds])
def test_there_is_a_stream_for_each_example(draw):
    arguments = (3,) if draw is draws.integers else ()
    with pytest.raises(ValueError, match="2 streams for a batch of 3"):
        draw(torch.zeros(3, 8), Streams([1, 2]), *arguments)
