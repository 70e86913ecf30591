"""Checks of what goes through a network."""


def check_finite(projections):
    """Refuses projections with infinities or NaN.

    Arguments
    ---------
    projections : torch.Tensor
        [batch, dim]

    Raises
    ------
    ValueError
        That says how many examples are concerned, and which is the first.

    Example
    -------
    >>> import torch
    >>> check_finite(torch.tensor([[1.0], [torch.nan]]))
    Traceback (most recent call last):
    ...
    ValueError: the projections of 1 of 2 examples are not finite (the first \
is example 1): the training has diverged, or its input is not finite; lower \
lr, lengthen the warm-up, or use --precision fp32
    """
    finite = projections.isfinite().all(dim=1)
    if not finite.all():
        bad = (~finite).nonzero().flatten().tolist()
        raise ValueError(
            f"the projections of {len(bad)} of {len(finite)} examples are not "
            f"finite (the first is example {bad[0]}): the training has "
            "diverged, or its input is not finite; lower lr, lengthen the "
            "warm-up, or use --precision fp32"
        )
