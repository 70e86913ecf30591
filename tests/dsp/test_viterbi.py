from functools import partial
from itertools import pairwise, product

import numpy as np
import pytest
import torch

from speechbrain_singer.dsp.viterbi import best_path


@pytest.mark.parametrize("steps", [1, 2, 3, 6, 7])
def test_no_path_scores_more(steps):
    rng = np.random.default_rng(steps)
    states, batch = 3, 4
    transitions = rng.normal(size=(states, states, steps - 1, batch))
    scores = rng.normal(size=(states, steps, batch))
    path = best_path(torch.from_numpy(transitions), torch.from_numpy(scores))

    def total(clip, way):
        here = sum(scores[s, k, clip] for k, s in enumerate(way))
        moves = enumerate(pairwise(way))
        return here + sum(transitions[a, b, k, clip] for k, (a, b) in moves)

    ways = list(product(range(states), repeat=steps))
    for clip in range(batch):
        best = max(ways, key=partial(total, clip))
        assert tuple(path[:, clip].tolist()) == best
