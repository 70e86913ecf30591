"""BYOL: predict the target's projection of the other view."""

import torch
import torch.nn.functional as F


def byol_loss(predictions, targets):
    """Mean-squared error between directions.

    (2 - 2 cos(p, t)) / D, the mean over pairs and over the D dimensions, as
    the published singer encoders have it (Torres et al., ISMIR 2023). Grill
    et al. (NeurIPS 2020), eq. 2, sum over the dimensions instead.

    Arguments
    ---------
    predictions : torch.Tensor
        [batch, dim], of one view.
    targets : torch.Tensor
        [batch, dim], of the other view. No gradient flows into it.

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
        """
        return 0.5 * (
            byol_loss(predictions[0], targets[1])
            + byol_loss(predictions[1], targets[0])
        )
