import numpy as np
import pytest
import torch
from sklearn.covariance import LedoitWolf
from sklearn.metrics.pairwise import cosine_similarity

from speechbrain_singer.scoring import (
    BACK_ENDS,
    CentredCosine,
    Cosine,
    WhitenedCosine,
    fitted_back_end,
)
from speechbrain_singer.scoring.cosine import cosine_scores
from speechbrain_singer.trials import Trials


def pairs(first, second):
    first, second = np.asarray(first), np.asarray(second)
    return Trials(first, second, np.zeros(len(first), dtype=np.int8))


def all_pairs_of(count):
    return pairs(*np.triu_indices(count, k=1))


def picked(matrix, trials):
    return matrix[trials.first, trials.second]


@pytest.fixture
def embeddings():
    rng = np.random.default_rng(0)
    return 3 + rng.standard_normal((1300, 6)) @ rng.standard_normal((6, 6))


def test_all_pairs_equal_scikit_learn(embeddings):
    trials = all_pairs_of(len(embeddings))
    scores = Cosine().score(torch.tensor(embeddings), trials)
    expected = picked(cosine_similarity(embeddings), trials)
    np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("count", [1, 30, 3000, 500_000])
def test_trials_in_any_order_and_density(embeddings, count):
    rng = np.random.default_rng(count)
    trials = pairs(*rng.integers(0, len(embeddings), (2, count)))
    scores = Cosine().score(embeddings, trials)
    expected = picked(cosine_similarity(embeddings), trials)
    np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-12)


def test_no_trials(embeddings):
    assert Cosine().score(embeddings, pairs(*np.zeros((2, 0), int))).size == 0


def test_embeddings_are_left_as_they_are(embeddings):
    before = embeddings.copy()
    trials = all_pairs_of(3)
    for back_end in (Cosine(), CentredCosine(), WhitenedCosine()):
        if back_end.needs_background:
            back_end.fit(embeddings)
        back_end.score(embeddings, trials)
        assert np.array_equal(embeddings, before)


def test_differences_in_the_last_digits_of_float32_survive():
    # An untrained encoder's: all nearly in one direction
    rng = np.random.default_rng(0)
    vectors = (1 + 1e-3 * rng.standard_normal((20, 8))).astype(np.float32)
    trials = all_pairs_of(20)
    exact = vectors.astype(np.longdouble)
    exact /= np.sqrt((exact**2).sum(axis=1, keepdims=True))
    expected = 1 - picked(exact @ exact.T, trials)
    distances = 1 - Cosine().score(torch.tensor(vectors), trials)
    assert distances == pytest.approx(expected.astype(float), rel=1e-6)


def test_centring_is_the_backgrounds(embeddings):
    background, tested = embeddings[:50], embeddings[50:90]
    trials = all_pairs_of(40)
    scores = CentredCosine().fit(background).score(tested, trials)
    expected = cosine_similarity(tested - background.mean(axis=0))
    assert scores == pytest.approx(picked(expected, trials), abs=1e-12)


# More and fewer recordings than dimensions, and as many
@pytest.mark.parametrize("recordings", [5, 12, 13, 40, 400])
def test_whitening_is_by_the_inverse_of_ledoit_and_wolfs_covariance(recordings):
    rng = np.random.default_rng(1)
    mixing = rng.standard_normal((12, 12)) * np.linspace(0.1, 3, 12)
    background = rng.standard_normal((recordings, 12)) @ mixing + 2
    tested = rng.standard_normal((20, 12)) @ mixing + 1
    precision = np.linalg.inv(LedoitWolf().fit(background).covariance_)
    centred = tested - background.mean(axis=0)
    products = centred @ precision @ centred.T
    lengths = np.sqrt(products.diagonal())
    trials = all_pairs_of(20)
    scores = WhitenedCosine().fit(background).score(tested, trials)
    expected = products / np.outer(lengths, lengths)
    assert scores == pytest.approx(picked(expected, trials), abs=1e-9)


@pytest.mark.parametrize("recordings", [8, 400])
def test_few_dimensions_are_the_principal_ones(recordings):
    rng = np.random.default_rng(2)
    background = rng.standard_normal((recordings, 12)) * np.linspace(1, 3, 12)
    tested = rng.standard_normal((20, 12))
    fitted = LedoitWolf().fit(background)
    values, vectors = np.linalg.eigh(fitted.covariance_)
    white = (tested - background.mean(axis=0)) @ vectors / np.sqrt(values)
    trials = all_pairs_of(20)
    scores = WhitenedCosine(dimension=3).fit(background).score(tested, trials)
    expected = picked(cosine_similarity(white[:, -3:]), trials)
    assert scores == pytest.approx(expected, abs=1e-9)


def test_whitening_ignores_scale_and_offset_that_all_share(embeddings):
    trials = all_pairs_of(40)
    there = WhitenedCosine().fit(embeddings[:99]).score(embeddings[99:], trials)
    moved = 7 - 50 * embeddings
    scores = WhitenedCosine().fit(moved[:99]).score(moved[99:], trials)
    assert scores == pytest.approx(there, abs=1e-9)


@pytest.mark.parametrize(
    ("value", "message"), [(0.0, "zero"), (np.nan, "not finite")]
)
@pytest.mark.parametrize("name", BACK_ENDS)
def test_bad_rows_are_named(embeddings, name, value, message):
    singers = np.repeat(np.arange(13), 100).astype(str)
    back_end = fitted_back_end(name, (embeddings, singers))
    embeddings[[3, 7]] = value
    trials = all_pairs_of(2)
    if name == "distance" and value == 0:  # a place like any other
        assert np.isfinite(back_end.score(embeddings, trials)).all()
        return
    with pytest.raises(ValueError, match=rf"row 3 .*{message} \(2 of 1300"):
        back_end.score(embeddings, trials)
    if back_end.needs_background:
        with pytest.raises(ValueError, match="row 3 of the background set"):
            back_end.fit(embeddings, singers)


@pytest.mark.parametrize("back_end", [CentredCosine(), WhitenedCosine()])
def test_an_embedding_at_the_mean_has_no_direction(back_end):
    background = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.9]])
    tested = np.vstack([background, background.mean(axis=0)])
    back_end.fit(background)
    with pytest.raises(ValueError, match=r"row 3 .* is zero"):
        back_end.score(tested, all_pairs_of(4))


def test_a_background_without_differences_is_refused():
    background = np.full((7, 3), 0.1)
    with pytest.raises(ValueError, match="all the same"):
        WhitenedCosine().fit(background)


def test_more_dimensions_than_the_background_has():
    background = np.random.default_rng(0).standard_normal((4, 9))
    with pytest.raises(ValueError, match="has 3 directions"):
        WhitenedCosine(dimension=4).fit(background)


@pytest.mark.parametrize("row", [-1, 5])
def test_trials_of_other_rows_are_refused(embeddings, row):
    with pytest.raises(ValueError, match=f"row {row}.* rows 0 to 4"):
        Cosine().score(embeddings[:5], pairs([0, 1], [1, row]))


def test_a_background_set_is_asked_for(embeddings):
    needing = [n for n, cls in BACK_ENDS.items() if cls.needs_background]
    assert needing == ["centred", "whitened", "s_norm", "plda"]
    for name in needing:
        message = f"{name} needs a background set of other singers"
        with pytest.raises(ValueError, match=message):
            fitted_back_end(name)
        with pytest.raises(ValueError, match=message):
            BACK_ENDS[name]().score(embeddings, all_pairs_of(2))


def test_an_unknown_back_end():
    with pytest.raises(ValueError, match=r"'svm'.*cosine, distance, centred"):
        fitted_back_end("svm")


@pytest.mark.parametrize(
    ("singers", "message"),
    [
        (["a", "b"], "2 singers for 3 background recordings"),
        (None, "no singers for 3"),
        (["a", "", "b"], "row 1 of the background set has no singer"),
        (["a", "a", "a"], "one singer, a"),
    ],
)
@pytest.mark.parametrize("name", ["s_norm", "plda"])
def test_singers_that_cannot_be_used(name, singers, message):
    background = np.random.default_rng(0).standard_normal((3, 4))
    with pytest.raises(ValueError, match=message):
        fitted_back_end(name, (background, singers))


def test_while_training_an_embedding_may_be_zero():
    embeddings = torch.tensor([[0.0, 0.0], [3.0, 4.0], [4.0, 3.0]])
    trials = Trials(np.array([0, 1]), np.array([1, 2]), np.array([1, 0]))
    scores = cosine_scores(embeddings, trials)
    np.testing.assert_allclose(scores, [0, 0.96])


def test_however_small_an_embedding_is():
    embeddings = np.array([[3e-20, 4e-20], [4.0, 3.0]])
    trials = Trials(np.array([0]), np.array([1]), np.array([1]))
    np.testing.assert_allclose(Cosine().score(embeddings, trials), [0.96])
