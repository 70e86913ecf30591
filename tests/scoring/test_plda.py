import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.covariance import LedoitWolf
from sklearn.metrics import roc_auc_score
from speechbrain.processing import PLDA_LDA

from speechbrain_singer.scoring.cosine import Cosine
from speechbrain_singer.scoring.plda import PLDA, _train, plda_scores
from speechbrain_singer.trials import Trials


def pairs_of(count):
    first, second = np.triu_indices(count, k=1)
    return Trials(first, second, np.zeros(len(first), dtype=np.int8))


def model(dim, rank, seed=0):
    rng = np.random.default_rng(seed)
    mixing = rng.standard_normal((dim, dim))
    factors = rng.standard_normal((dim, rank))
    return rng.standard_normal(dim), factors, mixing @ mixing.T


def draw(counts, mean, factors, residual, seed=1):
    """Recordings of singers, and who sings."""
    rng = np.random.default_rng(seed)
    classes = np.repeat(np.arange(len(counts)), counts)
    singers = rng.standard_normal((len(counts), factors.shape[1])) @ factors.T
    noise = rng.multivariate_normal(0 * mean, residual, len(classes))
    return mean + singers[classes] + noise, classes


def log_likelihood(vectors, classes, mean, between, residual):
    """Of all recordings, those of a singer jointly Gaussian."""
    total = 0.0
    for singer in np.unique(classes):
        own = vectors[classes == singer]
        covariance = np.kron(np.ones((len(own),) * 2), between)
        covariance += np.kron(np.eye(len(own)), residual)
        total += multivariate_normal.logpdf(
            own.ravel(), np.tile(mean, len(own)), covariance
        )
    return total


@pytest.mark.parametrize(("dim", "rank"), [(1, 1), (3, 3), (5, 2)])
def test_scores_equal_the_ratio_of_two_gaussians(dim, rank):
    mean, factors, residual = model(dim, rank)
    between = factors @ factors.T
    total = between + residual
    one = np.block([[total, between], [between, total]])
    two = np.block([[total, 0 * total], [0 * total, total]])
    vectors, _ = draw([2] * 6, mean, factors, residual)
    trials = pairs_of(len(vectors))
    both = np.hstack([vectors[trials.first], vectors[trials.second]])
    doubled = np.tile(mean, 2)
    expected = multivariate_normal.logpdf(
        both, doubled, one
    ) - multivariate_normal.logpdf(both, doubled, two)
    scores = plda_scores(vectors, trials, mean, factors, residual)
    assert scores == pytest.approx(expected, rel=1e-8, abs=1e-8)


def test_scores_equal_speechbrains():
    mean, factors, residual = model(4, 2)
    vectors, _ = draw([2] * 5, mean, factors, residual)
    names = np.array([f"r{i}" for i in range(10)])

    def statistics():
        return PLDA_LDA.StatObject_SB(
            modelset=names,
            segset=names,
            start=names,
            stop=names,
            stat0=np.ones((10, 1)),
            stat1=vectors,
        )

    matrix = PLDA_LDA.fast_PLDA_scoring(
        statistics(),
        statistics(),
        PLDA_LDA.Ndx(models=names, testsegs=names),
        mean,
        factors,
        residual,
    ).scoremat
    trials = pairs_of(10)
    scores = plda_scores(vectors, trials, mean, factors, residual)
    assert scores == pytest.approx(matrix[trials.first, trials.second])


def test_training_finds_what_a_balanced_design_has_in_closed_form():
    counts = [8] * 40
    vectors, classes = draw(counts, *model(3, 3, seed=4))
    centres = vectors.reshape(40, 8, 3).mean(axis=1)
    within = (vectors - centres[classes]).T @ (vectors - centres[classes])
    within /= 40 * 7
    between = np.cov(centres.T, bias=True) - within / 8
    mean, factors, residual = _train(vectors, classes, 3)
    assert mean == pytest.approx(vectors.mean(axis=0))
    assert residual == pytest.approx(within, rel=1e-5)
    assert factors @ factors.T == pytest.approx(between, rel=1e-5)


def whitened(vectors):
    centred = vectors - vectors.mean(axis=0)
    values, axes = np.linalg.eigh(np.cov(centred.T, bias=True))
    return centred @ (axes[:, ::-1] / np.sqrt(values[::-1]))


# A draw on which SpeechBrain's training, left to itself, diverges: few
# singers, much recorded
def test_training_reaches_the_maximum_of_the_likelihood():
    rng = np.random.default_rng(14)
    factors = np.diag(np.sqrt([100.0, 50**0.5, 0.5, 0]))
    raw, classes = draw([44] * 4, np.zeros(4), factors, np.eye(4), seed=14)
    vectors = whitened(raw @ rng.standard_normal((4, 4)))
    mean, factors, residual = _train(vectors, classes, 3)

    def likelihood(between, within):
        return log_likelihood(vectors, classes, mean, between, within)

    reached = likelihood(factors @ factors.T, residual)
    # Near the maximum: between and within from an analysis of variance
    centres = np.stack([vectors[classes == s].mean(axis=0) for s in range(4)])
    within = np.cov((vectors - centres[classes]).T, bias=True)
    values, axes = np.linalg.eigh(np.cov(centres.T, bias=True) - within / 44)
    assert reached >= likelihood(axes * values.clip(min=0) @ axes.T, within)
    # And nothing around it is better
    for _ in range(8):
        change = np.eye(4) + 0.02 * rng.standard_normal((2, 4, 4))
        other = change[0] @ factors
        assert reached > likelihood(
            other @ other.T, change[1] @ residual @ change[1].T
        )


def test_training_with_unequal_numbers_beats_the_truth():
    rng = np.random.default_rng(3)
    truth = model(4, 4, seed=2)
    vectors, classes = draw(rng.integers(1, 4, 60), *truth)
    mean, factors, residual = _train(vectors, classes, 4)
    reached = log_likelihood(
        vectors, classes, mean, factors @ factors.T, residual
    )
    between = truth[1] @ truth[1].T
    assert reached > log_likelihood(vectors, classes, mean, between, truth[2])


def test_from_embeddings_to_scores():
    truth = model(6, 6, seed=4)
    background, classes = draw([10] * 50, *truth, seed=5)
    tested, _ = draw([2] * 10, *truth, seed=6)
    trials = pairs_of(20)
    scores = (
        PLDA(dimension=4)
        .fit(background, classes.astype(str))
        .score(tested, trials)
    )
    # Whitened and of length 1 by hand, then SpeechBrain's on its own, which
    # converges here
    values, axes = np.linalg.eigh(LedoitWolf().fit(background).covariance_)
    project = (axes / np.sqrt(values))[:, -4:]

    def prepared(vectors):
        white = (vectors - background.mean(axis=0)) @ project
        return white / np.linalg.norm(white, axis=1, keepdims=True)

    recordings = np.arange(500)
    plda = PLDA_LDA.PLDA(rank_f=4, nb_iter=200)
    plda.plda(
        PLDA_LDA.StatObject_SB(
            modelset=classes,
            segset=recordings,
            start=recordings,
            stop=recordings,
            stat0=np.ones((500, 1)),
            stat1=prepared(background),
        )
    )
    between = plda.F @ plda.F.T
    total = between + plda.Sigma
    one = np.block([[total, between], [between, total]])
    white = prepared(tested) - plda.mean
    both = np.hstack([white[trials.first], white[trials.second]])
    zero = np.zeros(4)
    expected = multivariate_normal.logpdf(both, np.zeros(8), one) - sum(
        multivariate_normal.logpdf(half, zero, total)
        for half in np.hsplit(both, 2)
    )
    assert scores == pytest.approx(expected, abs=1e-5)


def test_it_tells_singers_apart_where_the_cosine_cannot():
    # Little of the variance is the singer's
    factors = np.diag([0.5, 0.5, 0, 0])
    residual = np.diag([0.01, 0.01, 9, 9])
    background, classes = draw(
        [10] * 60, np.zeros(4), factors, residual, seed=7
    )
    tested, who = draw([5] * 20, np.zeros(4), factors, residual, seed=8)
    trials = pairs_of(100)
    same = who[trials.first] == who[trials.second]
    scores = PLDA().fit(background, classes.astype(str)).score(tested, trials)
    assert roc_auc_score(same, scores) > 0.9
    assert roc_auc_score(same, Cosine().score(tested, trials)) < 0.6


def test_one_recording_of_each_singer_is_too_few():
    background = np.random.default_rng(0).standard_normal((9, 3))
    with pytest.raises(ValueError, match="several of each are needed"):
        PLDA().fit(background, list("abcdefghi"))


def test_copies_of_one_recording_are_refused():
    background = np.random.default_rng(0).standard_normal((10, 3))
    with pytest.raises(ValueError, match="copies of each other"):
        PLDA().fit(np.tile(background, (4, 1)), list("abcdefghij" * 4))


def test_more_dimensions_than_recordings_support():
    background = np.random.default_rng(0).standard_normal((20, 30))
    with pytest.raises(ValueError, match="do not differ in all of 19"):
        PLDA(dimension=19).fit(background, list("abcde" * 4))


def test_few_recordings_of_many_dimensions_are_scored():
    rng = np.random.default_rng(9)
    centres = np.repeat(rng.standard_normal((8, 100)), 5, axis=0)
    embeddings = centres + 0.5 * rng.standard_normal((40, 100))
    singers = np.repeat(list("abcdefgh"), 5)
    trials = pairs_of(40)
    scores = PLDA().fit(embeddings, singers).score(embeddings, trials)
    same = singers[trials.first] == singers[trials.second]
    assert np.isfinite(scores).all()
    assert np.median(scores[same]) > np.quantile(scores[~same], 0.99)
