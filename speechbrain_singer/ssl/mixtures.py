"""Contrastive learning of voices in mixtures: whose voice is in it?"""

import speechbrain as sb
import torch

from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.ssl.brain import SSLBrain
from speechbrain_singer.ssl.remix import remix


class MixtureBrain(SSLBrain):
    """The voice of a mixture is near it, those of other mixtures are far.

    As published (Garoufis, Zlatintsi and Maragos, "CVSM", 2025): the anchors
    are mixtures, real or mixed here, and the second clips are vocals. With
    mixtures for second clips it is COLA (Saeed et al., ICASSP 2021). Batches
    are those of `dataio.stem_pairs.StemPairs`.
    """

    def compute_forward(self, batch, stage):
        """Mixtures and second clips, through encoder and projector."""
        first, second = self._on_device(batch["clips"]).unbind(dim=1)
        accompaniment = self._on_device(batch["accompaniment"])
        streams = Streams(batch["seeds"][:, 0])
        mixtures = remix(first, accompaniment, batch["artificial"], streams)
        embeddings = self.modules.encoder(torch.cat([mixtures, second]))
        projections = self.modules.projector(embeddings)
        return self.views(embeddings, projections, batch)

    def compute_objectives(self, views, batch, stage):
        """The bilinear loss; what is silent is one candidate."""
        self.monitor(views, batch, stage)
        silent = self._on_device(batch["silent"])
        groups = views.groups.where(~silent, ~views.groups)
        return self.modules.objective(*views.projections, groups)

    def monitor(self, views, batch, stage):
        """As `SSLBrain.monitor`; silence says nothing of a voice."""
        if stage != sb.Stage.TRAIN:
            heard = ~batch["silent"]
            views = views._replace(
                embeddings=views.embeddings[:, heard],
                projections=views.projections[:, heard],
            )
            batch = {name: batch[name][heard] for name in ("rows", "group")}
        super().monitor(views, batch, stage)

    def _on_device(self, tensor):
        return tensor.to(self.device, non_blocking=True)
