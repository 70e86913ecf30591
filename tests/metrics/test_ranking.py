import numpy as np
import pytest
import torch

from speechbrain_singer.metrics.ranking import mean_normalised_rank


@pytest.mark.parametrize("distance", [False, True])
def test_equals_sorting_by_hand(distance):
    rng = np.random.default_rng(0)
    embeddings = rng.standard_normal((40, 6))
    # male1 is no part of male10: singers are compared as a whole
    singers = [f"male{i % 11}" for i in range(40)]
    queries, matches = [0, 1, 5], [11, 12, 16]
    expected = []
    for query, match in zip(queries, matches, strict=True):
        pool = [i for i in range(40) if singers[i] != singers[query]]
        unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
        scores = unit @ unit[query]
        if distance:
            scores = -np.linalg.norm(embeddings - embeddings[query], axis=1)
        ranked = sorted([*pool, match], key=lambda i: -scores[i])
        expected.append(ranked.index(match) / len(ranked))
    pairs = queries, matches
    rank = mean_normalised_rank(
        torch.tensor(embeddings), singers, pairs, distance=distance
    )
    assert rank == pytest.approx(np.mean(expected))


def test_chance_is_a_half():
    embeddings = torch.randn(
        2000, 16, generator=torch.Generator().manual_seed(0)
    )
    singers = [str(i // 2) for i in range(2000)]
    queries = np.arange(0, 2000, 2)
    pairs = queries, queries + 1
    rank = mean_normalised_rank(embeddings, singers, pairs)
    assert abs(rank - 0.5) < 4 * np.sqrt(1 / 12 / 1000)


@pytest.mark.parametrize("dim", [3, 999, 1000])
def test_constant_embeddings_are_chance(dim):
    # Of many dimensions, products round by where in the list a clip stands
    embedding = torch.randn(dim, generator=torch.Generator().manual_seed(0))
    embeddings = embedding.repeat(300, 1)
    singers = np.arange(300) // 10
    for query in (0, 57, 298):
        pairs = [query], [query + 1]
        rank = mean_normalised_rank(embeddings, singers, pairs)
        assert rank == pytest.approx(290 / 2 / 291)


def test_own_clips_are_never_drawn():
    rng = np.random.default_rng(0)
    singers = rng.integers(0, 12, 400)
    angles = np.where(singers == 0, 0.0, 2.0) + 1e-3 * rng.random(400)
    own = np.flatnonzero(singers == 0)
    angles[own[1]] = 1.0  # further than all its own, nearer than all others
    embeddings = torch.tensor(np.stack([np.cos(angles), np.sin(angles)], 1))
    pairs = np.repeat(own[0], 50), np.repeat(own[1], 50)
    assert mean_normalised_rank(embeddings, singers, pairs, 100) == 0


def test_all_others_are_drawn_equally_often():
    # The match ranks before others[k:], so the rank tells which were drawn
    clips, drawn = 60, 20
    singers = np.append([0, 0], np.ones(clips, dtype=int))[
        np.random.default_rng(0).permutation(clips + 2)
    ]
    query, match = np.flatnonzero(singers == 0)
    others = np.flatnonzero(singers == 1)
    pairs = np.repeat(query, 2000), np.repeat(match, 2000)
    for before in (1, 30, 59):
        angles = np.full(clips + 2, 2.0)
        angles[query], angles[match] = 0.0, 1.0
        angles[others[:before]] = 0.5
        embeddings = np.stack([np.cos(angles), np.sin(angles)], 1)
        rank = mean_normalised_rank(
            torch.tensor(embeddings), singers, pairs, drawn
        )
        expected = drawn * before / clips / (drawn + 1)
        assert rank == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    ("singers", "match", "message"),
    [
        (["a", "b"], [1], "different singers"),
        (["a", "a"], [1], "only singer"),
    ],
)
def test_impossible_pairs_are_refused(singers, match, message):
    with pytest.raises(ValueError, match=message):
        mean_normalised_rank(torch.eye(2), singers, ([0], match))


def test_no_pairs_are_refused():
    with pytest.raises(ValueError, match="nothing to rank"):
        mean_normalised_rank(torch.eye(2), ["a", "b"], ([], []))


def test_not_finite_embeddings_are_refused():
    embeddings = torch.tensor([[1.0], [np.nan], [0.5]])
    with pytest.raises(ValueError, match="1 of 3 embeddings"):
        mean_normalised_rank(embeddings, ["a", "a", "b"], ([0], [1]))
