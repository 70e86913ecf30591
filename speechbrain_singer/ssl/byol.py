"""BYOL: predict what a slow copy of the network makes of the other view."""

from typing import NamedTuple

import torch

from speechbrain_singer.ssl.brain import EncodedViews
from speechbrain_singer.ssl.momentum_brain import MomentumBrain


class PredictedViews(NamedTuple):
    """What the online network predicts, and what the target network says.

    Arguments
    ---------
    views : EncodedViews
        Of the online network.
    predicted : torch.Tensor
        [2, batch, projection_dim]
    targets : torch.Tensor
        [2, batch, projection_dim], without gradients.
    """

    views: EncodedViews
    predicted: torch.Tensor
    targets: torch.Tensor


class BYOLBrain(MomentumBrain):
    """Bootstrap your own latent (Grill et al., NeurIPS 2020).

    Each view's prediction is drawn to the target's projection of the other
    view. The target is a moving average of encoder and projector; it gets no
    gradients. With the settings of Torres et al. (ISMIR 2023). A predictor
    that learns faster than what it predicts from, by `lr_scales`, helps to keep
    the space from collapsing (Tian, Chen and Ganguli, ICML 2021).

    Arguments
    ---------
    *args, **kwargs
        As `MomentumBrain` has them; `modules` with predictor besides.
    """

    def compute_forward(self, batch, stage):
        """Two views through the online network and through the target."""
        wavs = self.two_views(batch)
        embeddings = self.modules.encoder(wavs)
        projections = self.modules.projector(embeddings)
        predicted = self.modules.predictor(projections)
        targets = self.modules.target(wavs)
        return PredictedViews(
            self.views(embeddings, projections, batch),
            predicted.unflatten(0, (2, -1)),
            targets.unflatten(0, (2, -1)),
        )

    def compute_objectives(self, predictions, batch, stage):
        """Each view's prediction against the target of the other view."""
        self.monitor(predictions.views, batch, stage)
        return self.modules.objective(
            predictions.predicted, predictions.targets
        )
