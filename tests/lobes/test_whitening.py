import numpy as np
import pytest
import torch

from speechbrain_singer.lobes.whitening import Whitening


def correlated(n=4000, dim=5, seed=0):
    rng = np.random.default_rng(seed)
    mixing = rng.standard_normal((dim, dim))
    return 7 + rng.standard_normal((n, dim)) @ mixing


def test_the_first_batch_becomes_white():
    x = correlated()
    white = Whitening(5, shrinkage=0.0).double()(torch.tensor(x)).numpy()
    assert np.abs(white.mean(axis=0)).max() < 1e-3
    assert np.cov(white.T, bias=True) == pytest.approx(np.eye(5), abs=1e-2)


def test_equals_the_symmetric_inverse_root():
    x = correlated(dim=3)
    whitening = Whitening(3, shrinkage=0.0)
    measured = whitening(torch.tensor(x, dtype=torch.float32)).numpy()
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    root = vectors @ np.diag(values**-0.5) @ vectors.T
    expected = (x - x.mean(axis=0)) @ root
    assert measured == pytest.approx(expected, abs=2e-2)


def test_statistics_run_along():
    whitening = Whitening(5, momentum=0.25)
    batches = [correlated(seed=seed) for seed in range(6)]
    mean = None
    for i, batch in enumerate(batches, start=1):
        whitening(torch.tensor(batch, dtype=torch.float32))
        weight = max(1 / i, 0.25)
        own = batch.mean(axis=0)
        mean = own if mean is None else mean + weight * (own - mean)
    assert whitening.running_mean.numpy() == pytest.approx(mean, rel=1e-4)


def test_nothing_runs_in_evaluation():
    whitening = Whitening(5)
    whitening(torch.tensor(correlated(), dtype=torch.float32))
    whitening.eval()
    before = whitening.running_covariance.clone()
    one = torch.randn(1, 5)
    both = whitening(torch.cat([one, -one]))
    assert torch.allclose(whitening(one), both[:1], rtol=1e-4)
    assert torch.equal(whitening.running_covariance, before)


def test_constant_input_stays_finite():
    whitening = Whitening(5)
    x = torch.ones(8, 5, requires_grad=True)
    output = whitening(x)
    output.sum().backward()
    assert output.isfinite().all()
    assert x.grad.isfinite().all()


@pytest.mark.parametrize("training", [True, False])
def test_what_is_not_finite_is_refused_and_not_averaged(training):
    whitening = Whitening(3).train(training)
    batch = torch.ones(4, 3)
    batch[2, 1] = torch.nan
    before = {name: x.clone() for name, x in whitening.named_buffers()}
    with pytest.raises(ValueError, match=r"1 of 4 examples .* is example 2"):
        whitening(batch)
    for name, value in before.items():
        assert torch.equal(whitening.get_buffer(name), value), name
