import numpy as np
import pytest
import torch

from speechbrain_singer.scoring import Cosine, LearnedScore
from speechbrain_singer.trials import Trials


class Head(torch.nn.Module):
    """Tells both sides apart, and training from evaluation."""

    def __init__(self, dim=6):
        super().__init__()
        self.both = torch.nn.Linear(2 * dim, 1)
        self.dropout = torch.nn.Dropout(0.5)

    def forward(self, first, second):
        both = torch.cat([first, second], dim=1)
        return self.both(self.dropout(both)).squeeze(1)


@pytest.fixture
def head():
    torch.manual_seed(0)
    return Head()


@pytest.fixture
def embeddings():
    return torch.randn(40, 6, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def trials():
    rng = np.random.default_rng(2)
    first, second = rng.integers(0, 40, (2, 300))
    return Trials(first, second, rng.integers(0, 2, 300))


def test_equals_the_head_pair_by_pair(head, embeddings, trials):
    scores = LearnedScore(head).score(embeddings, trials)
    weight, bias = head.both.weight[0].detach(), head.both.bias.item()
    for i in (0, 1, 150, 299):
        pair = embeddings[[trials.first[i], trials.second[i]]].flatten()
        expected = (weight @ pair).item() + bias
        assert scores[i] == pytest.approx(expected, abs=1e-5)
    assert scores.dtype == np.float64


def test_blocks_change_nothing(head, embeddings, trials):
    whole = LearnedScore(head).score(embeddings, trials)
    parts = LearnedScore(head, block=7).score(embeddings, trials)
    np.testing.assert_allclose(parts, whole, atol=1e-5)


def test_the_mode_of_the_head_stays(head, embeddings, trials):
    expected = LearnedScore(head.eval()).score(embeddings, trials)
    assert not head.training
    scores = LearnedScore(head.train()).score(embeddings, trials)
    assert head.training
    np.testing.assert_array_equal(scores, expected)


def test_a_head_without_parameters(embeddings, trials):
    back_end = LearnedScore(torch.nn.CosineSimilarity(dim=1))
    scores = back_end.score(embeddings, trials)
    expected = Cosine().score(embeddings, trials)
    np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_a_distance_is_turned(embeddings, trials):
    distance = torch.nn.PairwiseDistance(eps=0.0)
    scores = LearnedScore(distance, distance=True).score(embeddings, trials)
    sides = embeddings[trials.first], embeddings[trials.second]
    expected = -torch.linalg.vector_norm(sides[0] - sides[1], dim=1)
    np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_the_head_says_how_precisely(head, embeddings, trials):
    scores = LearnedScore(head.double()).score(embeddings.numpy(), trials)
    x = torch.cat([embeddings[trials.first], embeddings[trials.second]], dim=1)
    expected = head.both(x.double()).squeeze(1).detach()
    np.testing.assert_allclose(scores, expected, rtol=1e-12)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_on_the_device_of_the_head(head, embeddings, trials):
    expected = LearnedScore(head).score(embeddings, trials)
    scores = LearnedScore(head.cuda()).score(embeddings, trials)
    np.testing.assert_allclose(scores, expected, atol=1e-4)


def test_a_head_that_gives_other_shapes_is_refused(embeddings, trials):
    bilinear = torch.nn.Bilinear(6, 6, 1)
    with pytest.raises(ValueError, match=r"gives \[300, 1\] for 300 trials"):
        LearnedScore(bilinear).score(embeddings, trials)


def test_a_trial_of_no_embedding_is_refused(head, embeddings, trials):
    with pytest.raises(ValueError, match="but there are 20 embeddings"):
        LearnedScore(head).score(embeddings[:20], trials)


def test_embeddings_without_direction_are_refused(head, embeddings, trials):
    embeddings[3] = torch.nan
    with pytest.raises(ValueError, match="row 3 of the embeddings is not fin"):
        LearnedScore(head).score(embeddings, trials)
