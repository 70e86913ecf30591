"""The same seed gives the same view, whatever else is in the batch."""

import numpy as np
import pytest
import torch
from voices import sing

from speechbrain_singer.augment.chain import Chain, Sometimes
from speechbrain_singer.augment.draws import uniform
from speechbrain_singer.augment.gain import Gain
from speechbrain_singer.augment.noise import GaussianNoise
from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.augment.time_mask import TimeMask

SEEDS = [31, 32, 33, 34, 35, 36, 37, 38]
# Where example 3 of 8 stands in other batches
PLACES = {
    "alone": [3],
    "at another place": [5, 1, 3, 0, 7, 6, 2, 4],
    "in a smaller batch": [3, 2],
    "in a larger batch": [0, 1, 2, 4, 5, 6, 7, 0, 1, 2, 4, 5, 3],
}
KINDS = [
    *("white", "gain", "mask", "pitch", "formants", "noise", "equaliser"),
    *("band", "telephone", "clipping", "soft", "room", "hall", "mp3"),
    *("background", "external"),
]


@pytest.fixture(scope="module")
def wavs():
    return sing(8)


@pytest.fixture(params=KINDS)
def transform(transforms, request):
    return transforms[request.param]


def test_all_of_them_are_tested(transforms):
    assert set(KINDS) == set(transforms)


@pytest.mark.parametrize("rows", PLACES.values(), ids=PLACES)
def test_a_view_does_not_depend_on_the_batch(transform, wavs, rows):
    def view(rows):
        some = wavs[rows]
        streams = Streams([SEEDS[row] for row in rows])
        parameters = transform.draw(some, streams)
        place = rows.index(3)
        own = {name: draws[place] for name, draws in parameters.items()}
        return own, transform.apply(some, parameters)[place]

    drawn, changed = view(list(range(8)))
    drawn_there, changed_there = view(rows)
    for name, draws in drawn.items():
        torch.testing.assert_close(drawn_there[name], draws)
    torch.testing.assert_close(changed_there, changed, rtol=1e-4, atol=1e-5)


def test_another_seed_gives_another_view(transform, wavs):
    # There are but two recorded responses, and a few bit rates
    views = [
        transform.apply(wavs[:1], transform.draw(wavs[:1], Streams([seed])))
        for seed in SEEDS
    ]
    assert any(not torch.equal(views[0], view) for view in views[1:])


@pytest.mark.parametrize("rows", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_published_chain(published, wavs, rows, seed):
    seeds = list(range(100, 108))
    seeds[3] = seed

    def view(rows):
        streams = Streams([seeds[row] for row in rows])
        return published(wavs[rows], streams)[rows.index(3)]

    expected = view(list(range(8)))
    torch.testing.assert_close(view(rows), expected, rtol=1e-4, atol=1e-5)


def test_all_views_of_the_published_chain_differ(published, wavs):
    same = wavs[:1].expand(40, -1)
    views = published(same, Streams(range(40)))
    alike = (views[:, None] == views).all(dim=2).sum(dim=1)
    # One of 16 gets no transform at all
    untouched = (views == same).all(dim=1)
    assert (alike[~untouched] == 1).all()
    assert untouched.sum() < 10


class Add:
    """Adds a draw to a column."""

    def __init__(self, column):
        self.column = column

    def draw(self, wavs, streams):
        return {"draw": uniform(wavs, streams)}

    def apply(self, wavs, parameters):
        wavs = wavs.clone()
        wavs[:, self.column] += parameters["draw"][:, 0]
        return wavs


@pytest.mark.parametrize("probability", [0.0, 0.5, 1.0])
def test_draws_do_not_depend_on_who_got_what_before(probability):
    wavs = torch.zeros(50, 2)
    first = Sometimes(Add(0), probability)
    chain = Chain([first, Add(1)], probability=0.7)
    # What the second adds where the first changes nobody
    expected = Chain([Sometimes(Add(0), 0.0), Add(1)], probability=0.7)
    changed, expected = (c(wavs, Streams(range(50))) for c in (chain, expected))
    assert torch.equal(changed[:, 1], expected[:, 1])
    assert len(changed[:, 1].unique()) > 20


def test_one_transform_says_nothing_of_the_next():
    chain = Chain([Sometimes(Add(0), 1.0), Sometimes(Add(1), 0.5)])
    changed = chain(torch.zeros(2000, 2), Streams(range(2000))).numpy()
    # Of the second its draw, and who gets it
    second = changed[:, 1]
    for other in (second[second > 0], second > 0):
        first = changed[second > 0, 0] if len(other) < 2000 else changed[:, 0]
        correlation = np.corrcoef(first, other)[0, 1]
        assert abs(correlation) < 4 / np.sqrt(len(other))


def test_a_transform_at_the_end_changes_nothing_before_it(wavs):
    transforms = [GaussianNoise(), Gain()]
    short = Chain(transforms)(wavs, Streams(SEEDS))
    long = Chain([*transforms, TimeMask()])(wavs, Streams(SEEDS))
    masked = long == 0
    assert masked.any()
    assert torch.equal(long[~masked], short[~masked])


def test_a_second_pass_draws_anew(wavs):
    chain, streams = Chain([Gain()], probability=1.0), Streams(SEEDS)
    assert not torch.equal(chain(wavs, streams), chain(wavs, streams))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_draws_the_same_and_is_not_waited_for(published, wavs):
    on_gpu = wavs.cuda()
    steps = [s.transform for s in published.transforms]
    for transform in steps:
        drawn, there = (
            transform.draw(x, Streams(SEEDS)) for x in (wavs, on_gpu)
        )
        for name in drawn.keys() - {"noise"}:
            torch.testing.assert_close(there[name].cpu(), drawn[name])
    changed = [
        (published(x, Streams(SEEDS)) != x).any(dim=1).cpu()
        for x in (wavs, on_gpu)
    ]
    assert torch.equal(*changed)
    torch.cuda.set_sync_debug_mode("error")
    try:
        published(on_gpu, Streams(SEEDS))
    finally:
        torch.cuda.set_sync_debug_mode("default")
