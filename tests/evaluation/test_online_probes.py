import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from speechbrain_singer.evaluation.online_probes import (
    halves_of_songs,
    online_probes,
)

SINGERS, SONGS, CLIPS, DIM = 6, 4, 3, 20


def clips():
    """Of each song some; songs are further apart than clips of one."""
    rng = np.random.default_rng(0)
    rows, points = [], []
    for singer in rng.standard_normal((SINGERS, DIM)):
        for song in range(SONGS):
            middle = singer + 0.7 * rng.standard_normal(DIM)
            for _ in range(CLIPS):
                points.append(middle + 0.5 * rng.standard_normal(DIM))
                name = str(len(rows) // (SONGS * CLIPS))
                rows.append({"singer": name, "song": f"song {song}"})
    order = rng.permutation(len(rows))
    embeddings = 3 + np.array(points)[order] * np.logspace(0, -1, DIM)
    return torch.tensor(embeddings).float(), [rows[i] for i in order]


def test_equals_scikit_learn():
    embeddings, rows = clips()
    x = embeddings.double().numpy()
    y = np.array([int(row["singer"]) for row in rows])
    first = np.array([row["song"] in ("song 0", "song 2") for row in rows])
    models = {
        "knn_accuracy": KNeighborsClassifier(5, metric="cosine"),
        "linear_accuracy": make_pipeline(
            StandardScaler(), LogisticRegression(tol=1e-8, max_iter=10000)
        ),
    }
    measured = online_probes(embeddings, rows)
    assert measured.keys() == models.keys()
    for name, model in models.items():
        right = sum(
            (model.fit(x[one], y[one]).predict(x[~one]) == y[~one]).sum()
            for one in (first, ~first)
        )
        expected = 100 * right / len(y)
        assert 40 < expected < 100  # neither by chance nor too easy
        # Of equal votes scikit-learn takes the first singer, we the nearest
        ties = 6 if name == "knn_accuracy" else 1e-6
        assert measured[name] == pytest.approx(expected, abs=ties)


def test_a_song_never_names_itself():
    """Embeddings that know the song alone: chance, or worse."""
    rows = [
        {"singer": singer, "song": f"{singer}{song}"}
        for singer in "abcde"
        for song in range(4)
        for _ in range(3)
    ]
    songs = np.unique([row["song"] for row in rows], return_inverse=True)[1]
    embeddings = torch.eye(20)[torch.from_numpy(songs)]
    for accuracy in online_probes(embeddings, rows).values():
        assert accuracy <= 25


def test_halves_are_the_songs_of_each_singer_by_turns():
    names = ["a3", "a1", "b9", "a2", "b7", "a1", "c1", "?1", "a?"]
    rows = [{"singer": s.strip("?"), "song": t.strip("?")} for s, t in names]
    assert halves_of_songs(rows).tolist() == [0, 0, 1, 1, 0, 0, -1, -1, -1]


def test_singers_of_one_song_are_left_out():
    embeddings, rows = clips()
    expected = online_probes(embeddings, rows)
    rows = [*rows, {"singer": "x", "song": "1"}, {"singer": "", "song": "1"}]
    embeddings = torch.cat([embeddings, torch.randn(2, DIM)])
    assert online_probes(embeddings, rows) == expected


@pytest.mark.parametrize("names", [[], ["a1", "a2", "b1", "c1"]])
def test_fewer_than_two_singers_are_refused(names):
    rows = [{"singer": s, "song": t} for s, t in names]
    with pytest.raises(ValueError, match=r"[01] singers have clips of two"):
        online_probes(torch.randn(len(rows), 4), rows)
