"""What the objectives on pairs of projections have in common."""

import torch
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.checks import check_finite
from speechbrain_singer.distributed import gather


class Objective(torch.nn.Module):
    """An objective of two views of a batch, over all processes in training.

    Subclasses say in `compute` what it is. In evaluation mode each process
    computes it of its own batch, as validation is not shared out.

    Example
    -------
    >>> class Distance(Objective):
    ...     def compute(self, first, second, groups=None):
    ...         return (first - second).square().mean()
    >>> Distance()(torch.zeros(2, 3), torch.ones(2, 3))
    tensor(1.)
    """

    @fwd_default_precision(cast_inputs=torch.float32)
    def forward(self, first, second, groups=None):
        """The objective of a batch.

        Arguments
        ---------
        first : torch.Tensor
            [batch, dim], projections of the first views.
        second : torch.Tensor
            [batch, dim], projections of the second views.
        groups : torch.Tensor, optional
            [batch], integers. Examples of one group are no negatives of each
            other. Each is a group of its own if left out.

        Returns
        -------
        loss : torch.Tensor
            Scalar.

        Raises
        ------
        ValueError
            If the shapes differ, there is but one example, or projections
            are not finite.
        """
        if first.shape != second.shape or first.ndim != 2:
            raise ValueError(
                "both views need one shape [batch, dim], and have "
                f"{list(first.shape)} and {list(second.shape)}"
            )
        both = torch.cat([first, second], dim=1)
        if self.training:
            both = gather(both)
            groups = None if groups is None else gather(groups)
        check_finite(both)
        if len(both) < 2:
            raise ValueError(
                f"a batch of {len(both)}: there is nothing to compare it with; "
                "raise batch_size and valid_pairs to at least 2"
            )
        return self.compute(*both.chunk(2, dim=1), groups)

    def compute(self, first, second, groups=None):
        """The objective of checked views of all processes: a scalar."""
        raise NotImplementedError
