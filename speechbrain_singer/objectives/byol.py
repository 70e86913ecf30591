"""BYOL: predict the target's projection of the other view."""

import torch
import torch.nn.functional as F

from speechbrain_singer.gathering import gather
from speechbrain_singer.objectives.objective import check_finite


def byol_loss(predictions, targets):
    """Mean-squared error between directions.

    (2 - 2 cos(p, t)) / D, the mean over pairs and over the D dimensions, as
    the published singer encoders have it (Torres et al., ISMIR 2023). Grill
    et al. (NeurIPS 2020), eq. 2, sum over the dimensions instead.

    Arguments
    ---------
    predictions : torch.Tensor
        [..., dim], of one view.
    targets : torch.Tensor
        [..., dim], of the other view. No gradient flows into it.

    Returns
    -------
    loss : torch.Tensor
        Scalar in [0, 4 / dim].

    Example
    -------
    >>> byol_loss(torch.tensor([[2.0, 0.0]]), torch.tensor([[-1.0, 0.0]]))
    tensor(2.)
    """
    if predictions.shape != targets.shape:
        raise ValueError(
            f"predictions {list(predictions.shape)} and targets "
            f"{list(targets.shape)} have different shapes"
        )
    predictions = F.normalize(predictions.float(), dim=-1)
    targets = F.normalize(targets.detach().float(), dim=-1)
    return F.mse_loss(predictions, targets)


class BYOLLoss(torch.nn.Module):
    """Symmetrised BYOL loss: each view predicts the other, halved.

    In training over the batch of all processes, which may be of different
    sizes; in evaluation mode over each process's own.

    Example
    -------
    >>> views = torch.randn(2, 4, 128)
    >>> swapped = views.flip(0)
    >>> BYOLLoss()(views, swapped).item()
    0.0
    """

    def forward(self, predictions, targets):
        """The loss of a batch of pairs of views.

        Arguments
        ---------
        predictions : torch.Tensor
            [2, batch, dim], the online network's, view by view.
        targets : torch.Tensor
            [2, batch, dim], the target network's projections, view by view.

        Returns
        -------
        loss : torch.Tensor
            Scalar.

        Raises
        ------
        ValueError
            If the shapes differ or the predictions are not finite.
        """
        predictions, targets = predictions.transpose(0, 1), targets.flip(0)
        targets = targets.transpose(0, 1)
        if self.training:
            predictions, targets = gather(predictions), gather(targets)
        check_finite(predictions.flatten(1))
        return byol_loss(predictions, targets)
