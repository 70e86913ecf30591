"""Objectives that compare the projections of both views."""

from speechbrain_singer.ssl.brain import SSLBrain


class JointEmbeddingBrain(SSLBrain):
    """One network for both views, and an objective of their projections.

    That of contrastive learning, of uniformity and alignment and of VICReg:
    any `speechbrain_singer.objectives` module that is called with first
    views, second views and groups, as `modules.objective`.
    """

    loss_selects = True  # a collapse makes it worse
    remedies = (
        f"{SSLBrain.remedies}, or give more weight to what spreads the "
        "projections"
    )

    def compute_objective(self, views):
        """The objective of the projections.

        Arguments
        ---------
        views : Views

        Returns
        -------
        loss : torch.Tensor
            Scalar.
        """
        return self.modules.objective(*views.projections, views.groups)
