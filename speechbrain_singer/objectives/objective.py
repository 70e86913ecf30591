"""What the objectives on pairs of projections have in common."""

import torch
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.gathering import gather


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
        check_shapes(first, second)
        if self.training:
            both = gather(torch.cat([first, second], dim=1))
            first, second = both.chunk(2, dim=1)
            groups = None if groups is None else gather(groups)
        check_views(first, second)
        return self.compute(first, second, groups)

    def compute(self, first, second, groups=None):
        """The objective of checked views of all processes: a scalar."""
        raise NotImplementedError


def check_shapes(first, second):
    """Refuses views of different shapes."""
    if first.shape != second.shape or first.ndim != 2:
        raise ValueError(
            "both views need one shape [batch, dim], and have "
            f"{list(first.shape)} and {list(second.shape)}"
        )


def check_views(first, second):
    """Refuses what no objective that compares examples can work with.

    Arguments
    ---------
    first, second : torch.Tensor
        [batch, dim]

    Raises
    ------
    ValueError
        If the shapes differ, there is but one example, or projections are
        not finite.

    Example
    -------
    >>> check_views(torch.ones(1, 3), torch.ones(1, 3))
    Traceback (most recent call last):
    ...
    ValueError: a batch of 1: there is nothing to compare it with; ...
    """
    check_shapes(first, second)
    if len(first) < 2:
        raise ValueError(
            f"a batch of {len(first)}: there is nothing to compare it with; "
            "raise batch_size to at least 2"
        )
    check_finite(torch.cat([first, second], dim=1))


def check_finite(projections):
    """Refuses projections, [batch, dim], with infinities or NaN."""
    finite = projections.isfinite().all(dim=1)
    if not finite.all():
        bad = (~finite).nonzero().flatten().tolist()
        raise ValueError(
            f"the projections of {len(bad)} of {len(finite)} examples are not "
            f"finite (the first is example {bad[0]}): the training has "
            "diverged, or its input is not finite; lower lr, lengthen the "
            "warm-up, or use --precision fp32"
        )
