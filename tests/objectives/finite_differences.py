"""Gradients of an objective against differences of a formula by hand."""

import numpy as np
import pytest
import torch

STEP = 1e-6


def unit_views(batch, dim=128, views=2, seed=0):
    """[views, batch, dim], float64, rows of length 1, views of a kind."""
    rng = np.random.default_rng([batch, dim, seed])
    x = rng.standard_normal((1, batch, dim))
    x = x + 0.7 * rng.standard_normal((views, batch, dim))
    return x / np.linalg.norm(x, axis=2, keepdims=True)


def check_value_and_gradient(objective, formula, views):
    """Both of them, the gradient along itself and two random directions.

    Arguments
    ---------
    objective : callable
        Tensor [views, batch, dim] to scalar tensor.
    formula : callable
        Array [views, batch, dim] to float.
    views : np.ndarray
        [views, batch, dim], float64.
    """
    tensor = torch.tensor(views, requires_grad=True)
    loss = objective(tensor)
    assert loss.item() == pytest.approx(formula(views), rel=1e-6, abs=1e-6)
    (gradient,) = torch.autograd.grad(loss, tensor)
    gradient = gradient.numpy()
    norm = np.linalg.norm(gradient)
    rng = np.random.default_rng(1)
    directions = [gradient / norm, *rng.standard_normal((2, *views.shape))]
    for direction in directions:
        ahead = formula(views + STEP * direction)
        behind = formula(views - STEP * direction)
        expected = (ahead - behind) / (2 * STEP)
        measured = np.sum(gradient * direction)
        assert measured == pytest.approx(expected, rel=1e-4, abs=1e-4 * norm)
