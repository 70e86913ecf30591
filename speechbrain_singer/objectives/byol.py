"""BYOL: predict the target's projection of the other view."""

import torch
import torch.nn.functional as F
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.checks import check_finite
from speechbrain_singer.distributed import gather


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
    _check_shapes(predictions, targets)
    predictions = F.normalize(predictions, dim=-1)
    targets = F.normalize(targets.detach(), dim=-1)
    return F.mse_loss(predictions, targets)


def _check_shapes(predictions, targets):
    if predictions.shape != targets.shape:
        raise ValueError(
            f"predictions {list(predictions.shape)} and targets "
            f"{list(targets.shape)} have different shapes"
        )


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

    @fwd_default_precision(cast_inputs=torch.float32)
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
            If the shapes differ or predictions or targets are not finite.
        """
        _check_shapes(predictions, targets)
        if predictions.ndim != 3 or len(predictions) != 2:
            raise ValueError(
                f"predictions need [2, batch, dim], not {list(targets.shape)}"
            )
        both = torch.cat([predictions, targets.detach().flip(0)])
        both = both.transpose(0, 1)  # [batch, 4, dim]
        if self.training:
            both = gather(both)
        check_finite(both.flatten(1))
        return byol_loss(*both.chunk(2, dim=1))
