import numpy as np
import pytest
import sklearn.metrics
import torch
from speechbrain.utils.metric_stats import EER, minDCF

from speechbrain_singer.metrics.detection import detection_metrics


def test_all_figures_equal_those_of_others():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 2000)
    llrs = rng.normal(4 * labels - 2, 2.0)
    positive = torch.tensor(llrs[labels == 1])
    negative = torch.tensor(llrs[labels == 0])
    fpr, tpr, _ = sklearn.metrics.roc_curve(labels, llrs)
    rate, rate_threshold = EER(positive, negative)
    cost, cost_threshold = minDCF(positive, negative)
    expected = {
        "EER": rate,
        "EER_threshold": rate_threshold,
        "interpolated_EER": pytest.approx(rate, abs=1e-3),
        "minDCF": cost,
        "minDCF_threshold": cost_threshold,
        "AUC": sklearn.metrics.auc(fpr, tpr),
        "TPR_at_FPR_0.01": tpr[fpr <= 0.01].max(),
    }
    softplus = torch.nn.functional.softplus
    cllr = (softplus(-positive).mean() + softplus(negative).mean()) / 2
    measured = detection_metrics(llrs, labels, log_likelihood_ratios=True)
    assert measured.pop("Cllr") == pytest.approx(cllr.item() / np.log(2))
    interpolated = expected.pop("interpolated_EER")
    assert measured.pop("interpolated_EER") == interpolated
    assert measured == pytest.approx(expected, abs=1e-6)


def test_scores_that_are_no_ratios_have_no_cllr():
    assert "Cllr" not in detection_metrics([1.0, 0.0], [1, 0])


def test_figures_are_plain_numbers():
    metrics = detection_metrics(np.float32([1, 0]), [True, False], True)
    assert {type(value) for value in metrics.values()} == {float}
