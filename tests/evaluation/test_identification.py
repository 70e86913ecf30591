import numpy as np
import pytest
import torch
from planted import embed, singing
from sklearn.metrics import confusion_matrix

from speechbrain_singer.dataio.folds import Folds
from speechbrain_singer.evaluation.cross_validation import CrossValidation
from speechbrain_singer.evaluation.few_shot import FewShot
from speechbrain_singer.evaluation.identification import identification_report

PROBES = ["linear", "knn", "centroid"]


@pytest.fixture(scope="module")
def measured():
    rows = singing(singers=4, songs=4, clips=3)
    embeddings = embed(rows, "singer")
    noise = torch.Generator().manual_seed(0)
    embeddings += 1.5 * torch.randn(embeddings.shape, generator=noise)
    report, predictions = identification_report(
        *(embeddings, rows, CrossValidation(Folds(3)), FewShot([1, 2])),
        progressbar=False,
    )
    return rows, embeddings, report, predictions


def test_says_what_it_was_measured_on(measured):
    _, _, report, _ = measured
    assert (report["clips"], report["recordings"]) == (48, 16)
    assert (report["singers"], report["chance"]) == (4, 25)
    assert (report["folds"], report["grouped_by"]) == (3, "recording")
    assert report["names"] == ["s0", "s1", "s2", "s3"]
    assert list(report["few_shot"]["knn"]) == [1, 2]
    assert set(report["song_effect"]) == {"singer", "song"}


def test_predictions_have_all_that_the_figures_are_made_of(measured):
    rows, _, report, predictions = measured
    assert list(predictions) == PROBES
    singers = [row["singer"] for row in rows]
    for probe in PROBES:
        lines = list(predictions[probe].lines([row["ID"] for row in rows]))
        ids, true, predicted, folds = zip(*lines, strict=True)
        figures = report["probes"][probe]
        assert list(ids) == [row["ID"] for row in rows]
        assert list(true) == singers
        expected = confusion_matrix(singers, predicted)
        assert figures["confusion"] == expected.tolist()
        right = np.equal(singers, predicted)
        accuracy = [
            100 * right[np.equal(folds, fold)].mean() for fold in range(3)
        ]
        assert figures["accuracy"]["values"] == pytest.approx(accuracy)


def test_what_was_chosen_stands_beside(measured):
    _, _, report, _ = measured
    assert len(report["probes"]["linear"]["C"]) == 3
    assert len(report["probes"]["knn"]["k"]) == 3


def test_recordings_are_named_better_than_their_clips(measured):
    _, _, report, _ = measured
    for probe in PROBES:
        of_clips = report["probes"][probe]["accuracy"]["mean"]
        of_recordings = report["recordings_by_mean_score"][probe]
        assert of_recordings["accuracy"]["mean"] > of_clips


@pytest.mark.parametrize("few_shot", [None, FewShot([])])
def test_whole_recordings_and_no_curves(few_shot):
    rows = singing(singers=3, songs=3, clips=1)
    report, _ = identification_report(
        *(embed(rows, "singer"), rows, CrossValidation(Folds(3)), few_shot),
        progressbar=False,
    )
    assert "recordings_by_mean_score" not in report
    assert "few_shot" not in report


def test_one_probe_alone_is_the_same(measured):
    rows, embeddings, report, _ = measured
    validation = CrossValidation(Folds(3), probes=["linear"])
    (alone,) = validation.run(
        embeddings, rows, progressbar=False
    ).predictions.values()
    assert alone.figures()["accuracy"] == report["probes"]["linear"]["accuracy"]
