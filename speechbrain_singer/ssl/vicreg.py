"""VICReg: variance, invariance and covariance, without negatives."""

from speechbrain_singer.ssl.brain import SSLBrain


class VICRegBrain(SSLBrain):
    """Views of a voice are equal, dimensions vary and are uncorrelated.

    The mean-squared error of both views, plus how far each dimension's
    deviation falls short, plus the squared covariances of different dimensions
    (Bardes et al., ICLR 2022). See `objectives.vicreg`.
    """

    def compute_forward(self, batch, stage):
        """Two views of each voice, through encoder and projector."""
        wavs = self.two_views(batch)
        embeddings = self.modules.encoder(wavs)
        projections = self.modules.projector(embeddings)
        return self.views(embeddings, projections, batch)

    def compute_objectives(self, views, batch, stage):
        """Invariance + variance + covariance, each by its weight."""
        self.monitor(views, batch, stage)
        first, second = views.projections
        return self.modules.objective(first, second)
