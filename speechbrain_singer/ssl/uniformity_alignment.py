"""Alignment and uniformity on the sphere."""

from speechbrain_singer.ssl.brain import SSLBrain


class UniformityAlignmentBrain(SSLBrain):
    """Views of a voice meet, and voices spread over the sphere.

    Alignment is the mean squared distance of the two views, uniformity the
    logarithm of the mean Gaussian potential between different voices (Wang and
    Isola, ICML 2020). See `objectives.uniformity_alignment`.
    """

    remedies = "lower the learning rate, or give more weight to uniformity"

    def compute_forward(self, batch, stage):
        """Two views of each voice, through encoder and projector."""
        wavs = self.two_views(batch)
        embeddings = self.modules.encoder(wavs)
        projections = self.modules.projector(embeddings)
        return self.views(embeddings, projections, batch)

    def compute_objectives(self, views, batch, stage):
        """Alignment + uniformity; voices of one group are not pushed apart."""
        self.monitor(views, batch, stage)
        first, second = views.projections
        return self.modules.objective(first, second, views.groups)
