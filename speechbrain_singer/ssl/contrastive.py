"""Contrastive learning: find the other view of a voice among all voices."""

from speechbrain_singer.ssl.brain import SSLBrain


class ContrastiveBrain(SSLBrain):
    """A voice's other view is near, the views of other voices are far.

    With s the cosine of two projections over the temperature, an anchor costs
    logsumexp(s of the negatives) - s of the positive: the decoupled objective
    (Yeh et al., ECCV 2022), or NT-Xent (Chen et al., "SimCLR", ICML 2020). See
    `objectives.contrastive`.
    """

    def compute_forward(self, batch, stage):
        """Two views of each voice, through encoder and projector."""
        wavs = self.two_views(batch)
        embeddings = self.modules.encoder(wavs)
        projections = self.modules.projector(embeddings)
        return self.views(embeddings, projections, batch)

    def compute_objectives(self, views, batch, stage):
        """Contrastive loss; voices of one group are no negatives."""
        self.monitor(views, batch, stage)
        first, second = views.projections
        return self.modules.objective(first, second, views.groups)
