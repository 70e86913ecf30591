import numpy as np
import pytest
import torch
from scipy.stats import kstest

from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.ssl.remix import remix


def impulses(batch):
    """Vocals at sample 0, accompaniment of example i at sample i + 1."""
    vocals, accompaniment = torch.zeros(2, batch, batch + 1)
    vocals[:, 0] = 1
    for i in range(batch):
        accompaniment[i, i + 1] = 1
    return vocals, accompaniment


def test_the_law_of_the_mixture():
    batch = 2000
    seeds = np.random.default_rng(0).integers(2**63, size=batch)
    stems = torch.eye(2).unsqueeze(1).expand(2, batch, 2)
    mixed = remix(*stems, torch.ones(batch, dtype=bool), Streams(seeds)).numpy()
    w = mixed[:, 1]
    assert kstest(w, "uniform", args=(0.6, 0.2)).pvalue > 0.01
    assert mixed[:, 0] == pytest.approx(1 - w**2, abs=1e-6)
    assert abs(np.corrcoef(w[1:], w[:-1])[0, 1]) < 0.07


def test_accompaniments_go_round_among_the_artificial():
    artificial = torch.tensor([True, False, True, True, False])
    mixed = remix(*impulses(5), artificial, Streams(range(5)))
    # Examples 0, 2, 3 get those of 2, 3, 0
    heard = [row.nonzero().flatten().tolist() for row in mixed]
    assert heard == [[0, 3], [0], [0, 4], [0, 1], [0]]
    assert mixed[1, 0] == mixed[4, 0] == 1


def test_a_single_one_keeps_its_own():
    artificial = torch.tensor([False, True])
    mixed = remix(*impulses(2), artificial, Streams(range(2)))
    assert mixed[1].nonzero().flatten().tolist() == [0, 2]


def test_a_draw_depends_on_its_own_seed_alone():
    first = remix(*impulses(3), torch.ones(3, dtype=bool), Streams([5, 6, 7]))
    other = remix(*impulses(3), torch.ones(3, dtype=bool), Streams([9, 6, 8]))
    assert torch.equal(first[1], other[1])
    assert first[0, 0] != other[0, 0]
