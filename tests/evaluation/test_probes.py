import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from speechbrain_singer.evaluation.probes import (
    LinearProbe,
    NearestCentroid,
    NearestNeighbours,
)


def clusters(n=300, dim=10, classes=5, seed=0, apart=1.0):
    """Correlated dimensions of very different size, as embeddings have."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % classes)
    points = apart * rng.standard_normal((classes, dim))[labels]
    points += rng.standard_normal((n, dim))
    mix = rng.standard_normal((dim, dim)) * np.logspace(0, -2, dim)[:, None]
    embeddings = 5 + points @ mix
    return torch.tensor(embeddings).float(), torch.tensor(labels)


def scikit_learn(c):
    regression = LogisticRegression(C=c, tol=1e-8, max_iter=10000)
    return make_pipeline(StandardScaler(), regression)


@pytest.mark.parametrize("c", [0.01, 1.0])
@pytest.mark.parametrize(("dim", "classes"), [(10, 5), (400, 5), (10, 2)])
def test_linear_probe_equals_scikit_learn(c, dim, classes):
    embeddings, labels = clusters(dim=dim, classes=classes)
    train, test = slice(0, 200), slice(200, None)
    probe = LinearProbe(c).fit(embeddings[train], labels[train])
    x, y = embeddings.double().numpy(), labels.numpy()
    # Of two classes scikit-learn has one vector of weights, here are two
    # opposite ones of half the length: half the penalty
    model = scikit_learn(2 * c if classes == 2 else c)
    expected = model.fit(x[train], y[train]).predict_proba(x[test])
    measured = probe.scores(embeddings[test]).softmax(dim=1).numpy()
    assert measured == pytest.approx(expected, abs=5e-3)


def test_linear_probe_chooses_as_scikit_learn_would():
    embeddings, labels = clusters(dim=60, apart=0.3)
    inner = np.arange(300) % 3
    inner[:30] = -1  # always trained on
    x, y = embeddings.double().numpy(), labels.numpy()
    grid = (0.0001, 0.01, 1.0, 100.0)
    right = [
        sum(
            scikit_learn(c)
            .fit(x[inner != fold], y[inner != fold])
            .predict(x[inner == fold])
            == y[inner == fold]
            for fold in range(3)
        ).sum()
        for c in grid
    ]
    assert len(set(right)) > 1
    probe = LinearProbe(grid=grid).fit(embeddings, labels, inner)
    assert probe.chosen == {"C": grid[int(np.argmax(right))]}
    same = LinearProbe(probe.chosen["C"]).fit(embeddings, labels)
    assert torch.equal(probe.scores(embeddings), same.scores(embeddings))


def test_of_equally_good_ones_the_smallest_c_is_chosen():
    labels = torch.arange(300) % 5
    inner = np.arange(300) // 5 % 3
    probe = LinearProbe().fit(torch.eye(5)[labels], labels, inner)
    assert probe.chosen == {"C": 0.001}


def test_a_dimension_that_stands_still_says_nothing():
    embeddings, labels = clusters()
    still = torch.cat([embeddings, torch.full((300, 1), 1e4)], dim=1)
    probe = LinearProbe().fit(embeddings, labels)
    other = LinearProbe().fit(still, labels)
    still[:, -1] += 1e-2  # as rounding may move it elsewhere
    assert other.scores(still).numpy() == pytest.approx(
        probe.scores(embeddings).numpy(), abs=1e-2
    )


@pytest.mark.parametrize("k", [1, 5])
def test_neighbours_equal_scikit_learn(k):
    # Of two classes and an odd k there are no ties
    embeddings, labels = clusters(classes=2)
    known, others = embeddings[:200], embeddings[200:]
    expected = KNeighborsClassifier(k, metric="cosine").fit(known, labels[:200])
    scores = NearestNeighbours(k).fit(known, labels[:200]).scores(others)
    assert (scores.argmax(dim=1).numpy() == expected.predict(others)).all()
    shares = expected.predict_proba(others)
    assert np.abs(scores.numpy() - shares).max() <= 0.25 / k + 1e-6


def test_of_equal_votes_the_nearest_wins_and_the_others_follow():
    known = torch.tensor([[1.0, 0.1], [1.0, 0.2], [1.0, 0.3], [1.0, -9.0]])
    labels = torch.tensor([2, 0, 1, 3])
    scores = (
        NearestNeighbours(3)
        .fit(known, labels)
        .scores(torch.tensor([[1.0, 0.0]]))
    )
    assert scores.argsort(dim=1, descending=True).tolist() == [[2, 0, 1, 3]]


def test_neighbours_are_chosen_by_leaving_out():
    # Three of ten are mislabelled: one neighbour misleads, many do not
    rng = np.random.default_rng(0)
    truth = np.arange(400) // 200
    angle = np.pi / 2 * truth + rng.uniform(-0.2, 0.2, 400)
    embeddings = torch.tensor(np.stack([np.cos(angle), np.sin(angle)], axis=1))
    labels = torch.tensor(np.where(rng.random(400) < 0.3, 1 - truth, truth))
    folds = rng.integers(0, 3, 400)

    def right(k):
        model = KNeighborsClassifier(k, metric="cosine")
        return sum(
            (
                model.fit(embeddings[folds != f], labels[folds != f]).predict(
                    embeddings[folds == f]
                )
                == labels[folds == f].numpy()
            ).sum()
            for f in range(3)
        )

    grid = (1, 3, 5, 9, 19)  # odd: no ties
    probe = NearestNeighbours(grid=grid).fit(embeddings.float(), labels, folds)
    assert probe.chosen == {"k": max(grid, key=right)}
    assert right(probe.k) > right(1)


def test_centroid_by_hand():
    embeddings, labels = clusters()
    x, y = embeddings.double().numpy(), labels.numpy()
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    means = np.stack([unit[y == c].mean(axis=0) for c in range(5)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    probe = NearestCentroid().fit(embeddings, labels)
    expected = unit @ means.T
    assert probe.scores(embeddings).numpy() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    "probe", [LinearProbe(), NearestNeighbours(3), NearestCentroid()]
)
def test_a_score_depends_on_nothing_else_that_is_tested(probe):
    embeddings, labels = clusters(n=1500)  # more than a block
    probe.fit(embeddings[:100], labels[:100])
    together = probe.scores(embeddings)
    assert together.shape == (1500, 5)
    alone = torch.cat([probe.scores(row[None]) for row in embeddings[-3:]])
    assert together[-3:].numpy() == pytest.approx(alone.numpy(), abs=1e-4)
