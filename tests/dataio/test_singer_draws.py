"""Singers in proportion to their clips, and tracks in parts."""

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import chisquare

from speechbrain_singer.dataio.singer_draws import (
    Tracks,
    cut_tracks,
    draw_singers,
)

CLIPS = np.array([1, 2, 3, 4, 10])


def chance(drawn):
    """Of these being drawn, in whichever order, one after the other."""
    total = 0.0
    for order in permutations(drawn):
        left, product = CLIPS.sum(), 1.0
        for number in order:
            product *= CLIPS[number] / left
            left -= CLIPS[number]
        total += product
    return total


@pytest.mark.parametrize("count", [1, 2])
def test_singers_are_drawn_in_proportion_to_their_clips(count):
    rng = np.random.default_rng(0)
    drawn = [
        tuple(draw_singers(CLIPS, count, rng).tolist()) for _ in range(1500)
    ]
    sets = sorted({tuple(sorted(s)) for s in permutations(range(5), count)})
    assert sum(map(chance, sets)) == pytest.approx(1)
    found = [drawn.count(each) for each in sets]
    expected = [1500 * chance(each) for each in sets]
    assert chisquare(found, expected).pvalue > 0.01
    # They are not drawn uniformly
    assert chisquare(found).pvalue < 1e-9


def test_no_singer_is_drawn_twice_and_all_where_there_are_few():
    rng = np.random.default_rng(0)
    drawn = draw_singers(CLIPS, 4, rng)
    assert len(set(drawn.tolist())) == 4
    assert draw_singers(CLIPS, 5, rng).tolist() == [0, 1, 2, 3, 4]
    assert draw_singers(CLIPS, 50, rng).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("share", "sizes"), [(1.0, (80, 10)), (0.5, (40, 5)), (0.1, (8, 1))]
)
def test_a_share_of_the_training_data_leaves_the_test_as_it_is(share, sizes):
    whole = cut_tracks(100, 1.0, np.random.default_rng(3))
    train, valid, test = cut_tracks(100, share, np.random.default_rng(3))
    assert (len(train), len(valid), len(test)) == (*sizes, 10)
    assert test.tolist() == whole[2].tolist()
    # The first of the same order, first those that train
    order = [*whole[0], *whole[1]]
    assert [*train, *valid] == order[: sum(sizes)]
    assert sorted(np.concatenate(whole).tolist()) == list(range(100))


def test_tracks_of_clips_that_are_not_in_order():
    rows = [
        {"singer": singer, "recording": track}
        for singer, track in ("bx", "ay", "bx", "bz")
    ]
    tracks = Tracks.of(rows)
    assert tracks.names == ["a", "b"]
    assert tracks.singer.tolist() == [1, 0, 1, 1]
    assert tracks.track.tolist() == [0, 1, 0, 2]
    assert tracks.first.tolist() == [0, 1, 3]
    assert tracks.clips_of_singers.tolist() == [1, 3]
