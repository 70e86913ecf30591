import numpy as np
import pytest
from sklearn.metrics import roc_curve

from speechbrain_singer.evaluation.error_figures import ErrorFigures
from speechbrain_singer.metrics.bootstrap import SingerBootstrap
from speechbrain_singer.trials import all_pairs


@pytest.fixture
def scored():
    rows = [{"singer": f"{i % 6}"} for i in range(36)]
    trials = all_pairs(rows, different=())
    scores = np.random.default_rng(0).normal(trials.labels)
    singers = np.array([row["singer"] for row in rows])
    return ErrorFigures(scores, trials, singers, 200)


def test_the_rate_of_a_share(scored):
    mask = np.random.default_rng(1).random(len(scored.scores)) < 0.5
    figures = scored.by({"some": mask})["some"]
    labels = scored.trials.labels[mask]
    acceptance, detection, _ = roc_curve(labels, scored.scores[mask])
    nearest = np.argmin(np.abs(acceptance - (1 - detection)))
    rate = (acceptance[nearest] + 1 - detection[nearest]) / 2
    assert figures["EER"] == pytest.approx(100 * rate, abs=1.0)
    assert figures["trials"] == mask.sum()
    assert figures["same_singer_trials"] == labels.sum()


def test_the_interval_is_over_singers(scored):
    singers = [scored.singers[side] for side in scored.trials[:2]]
    bootstrap = SingerBootstrap.draw(*singers, 200)
    interval = bootstrap.eer_interval(scored.scores, scored.trials.labels)
    assert scored.of()["EER_interval"] == [100 * bound for bound in interval]


def test_trials_of_one_kind_have_counts_alone(scored):
    same = scored.trials.labels == 1
    count = int(same.sum())
    expected = {"trials": count, "same_singer_trials": count}
    assert scored.of(same) == expected
    none = np.zeros_like(same)
    assert scored.of(none) == {"trials": 0, "same_singer_trials": 0}
