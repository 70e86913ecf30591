"""What does a score of two recordings say: ours beside SECS?

    python benchmarks/singer_similarity.py [folder of singers] [encoder ...]

SECS, speaker encoder cosine similarity, is what papers on singing synthesis and
conversion report: the cosine of GE2E embeddings as Resemblyzer gives them. On
the same files, <singer>/.../*.wav (synthesised singers if left out), by each
encoder (the one in the box if left out): scores of two recordings of one singer
and of two singers, and how far the two overlap; then the same of mean scores,
as of several outputs of a system with as many recordings of its target.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import sys
import tempfile

import numpy as np

from speechbrain_singer.corpora.folder import list_recordings
from speechbrain_singer.corpora.synthetic import list_recordings as synthesise
from speechbrain_singer.evaluation.embeddings import encode_rows
from speechbrain_singer.evaluation.encoders import load_encoder
from speechbrain_singer.evaluation.singer_similarity import score_matrix
from speechbrain_singer.metrics.detection import evaluate, operating_points

SECS = "SECS (Resemblyzer)"
SIDES = (1, 2, 4, 8)  # recordings of each of the two sides
DRAWS = 5000  # of two such sides, of each kind


def main(folder=None, *encoders):
    """Prints two tables."""
    with tempfile.TemporaryDirectory() as made:
        if folder is None:
            # 16 recordings of each, so that there are 8 for each side
            folder = f"{made}/singers"
            synthesise(folder, singers=12, songs_per_singer=16, seconds=4.0)
        rows = [row for row in list_recordings(folder) if "reason" not in row]
        paths = [row["path"] for row in rows]
        scores = {SECS: secs(paths)}
        for name in encoders or ["synthetic"]:
            scores[name] = ours(name, paths)
    singers = np.array([row["singer"] for row in rows])
    print(f"{len(rows)} recordings by {len(set(singers))} singers, all pairs")
    print(f"{'':<20}{'one singer':>17}{'two singers':>17}{'EER':>9}{'AUC':>8}")
    for name, matrix in scores.items():
        print(f"{name:<20}{line(matrix, singers)}")
    print("\nEER of the mean score of n recordings with n others")
    print(f"{'':<20}" + "".join(f"{f'n = {n}':>9}" for n in SIDES))
    for name, matrix in scores.items():
        rates = [of_sides(matrix, singers, n) for n in SIDES]
        print(f"{name:<20}" + "".join(f"{100 * r:>7.1f} %" for r in rates))


def secs(paths):
    """[recordings, recordings], as its users compute it."""
    from resemblyzer import VoiceEncoder, preprocess_wav

    encoder = VoiceEncoder("cpu", verbose=False)
    waves = map(preprocess_wav, paths)
    embeddings = np.stack([encoder.embed_utterance(wave) for wave in waves])
    return embeddings @ embeddings.T


def ours(name, paths):
    """[recordings, recordings]"""
    encoder = load_encoder(name)
    embeddings = encode_rows(encoder, [{"wav": path} for path in paths])
    return score_matrix(encoder, embeddings, embeddings)


def line(matrix, singers):
    """Means and deviations of both kinds of pairs, and their overlap."""
    first, second = np.triu_indices(len(singers), k=1)
    same = singers[first] == singers[second]
    scores = matrix[first, second]
    kinds = [
        f"{own.mean():>8.3f} +- {own.std():.3f}"
        for own in (scores[same], scores[~same])
    ]
    figures = evaluate(operating_points(scores, same))
    overlap = f"{100 * figures['EER']:>7.1f} %{figures['AUC']:>8.3f}"
    return "".join(kinds) + overlap


def of_sides(matrix, singers, count):
    """EER of mean scores of sides of so many recordings each."""
    rng = np.random.default_rng(0)
    own = [np.flatnonzero(singers == name) for name in sorted(set(singers))]
    own = [places for places in own if len(places) >= 2 * count]
    means, labels = [], []
    for _ in range(DRAWS):
        one, other = rng.choice(len(own), 2, replace=False)
        drawn = rng.permutation(own[one])
        left, right = drawn[:count], drawn[count : 2 * count]
        away = rng.permutation(own[other])[:count]
        means += [matrix[np.ix_(left, side)].mean() for side in (right, away)]
        labels += [1, 0]
    return operating_points(means, labels).equal_error()[0]


if __name__ == "__main__":
    main(*sys.argv[1:])
