"""The contrastive objective with VICReg's variance and covariance."""

from speechbrain_singer.objectives.contrastive import ContrastiveLoss
from speechbrain_singer.objectives.vicreg import covariance_loss, variance_loss


class ContrastiveVCLoss(ContrastiveLoss):
    """Weighted sum of contrastive loss, variance and covariance.

    With the weights that were published for singers (Torres et al., ISMIR
    2023); no invariance term, as the positives have it.

    Arguments
    ---------
    variance : float
        Weight.
    covariance : float
        Weight.
    **options : dict
        Of `ContrastiveLoss`.

    Example
    -------
    >>> import torch
    >>> ContrastiveVCLoss(variance=0.0, covariance=0.0, temperature=1.0)(
    ...     torch.eye(4), torch.eye(4)
    ... )
    tensor(0.0986)
    """

    def __init__(self, variance=25.0, covariance=100.0, **options):
        super().__init__(**options)
        self.variance = variance
        self.covariance = covariance

    def compute(self, first, second, groups=None):
        """The objective of checked views of all processes: a scalar."""
        return (
            super().compute(first, second, groups)
            + self.variance * variance_loss(first, second)
            + self.covariance * covariance_loss(first, second)
        )
