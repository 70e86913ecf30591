"""Contrastive learning with VICReg's variance and covariance."""

from speechbrain_singer.ssl.brain import SSLBrain


class ContrastiveVCBrain(SSLBrain):
    """Views of a voice are near, and no dimension is idle or said twice.

    The contrastive loss, plus how far each dimension's deviation falls short,
    plus the squared covariances of different dimensions (Torres et al., ISMIR
    2023). See `objectives.contrastive_vc`.
    """

    def compute_forward(self, batch, stage):
        """Two views of each voice, through encoder and projector."""
        wavs = self.two_views(batch)
        embeddings = self.modules.encoder(wavs)
        projections = self.modules.projector(embeddings)
        return self.views(embeddings, projections, batch)

    def compute_objectives(self, views, batch, stage):
        """Contrastive loss + variance + covariance, each by its weight."""
        self.monitor(views, batch, stage)
        first, second = views.projections
        return self.modules.objective(first, second, views.groups)
