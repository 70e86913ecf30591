"""BYOL: predict what a slow copy of the network makes of the other view."""

from typing import NamedTuple

import speechbrain as sb
import torch

from speechbrain_singer.ssl.brain import EncodedViews, SSLBrain


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


class BYOLBrain(SSLBrain):
    """Bootstrap your own latent (Grill et al., NeurIPS 2020).

    Each view's prediction is drawn to the target's projection of the other
    view. The target is a moving average of encoder and projector; it gets no
    gradients. With the settings of Torres et al. (ISMIR 2023). A predictor
    that learns faster than what it predicts from, by `lr_scales`, helps to keep
    the space from collapsing (Tian, Chen and Ganguli, ICML 2021).

    Arguments
    ---------
    *args, **kwargs
        As `SSLBrain` has them; `modules` with predictor and target besides.
    momentum_schedule : callable
        From the epochs done to the momentum of the target.
    """

    loss_selects = False
    remedies = (
        "lower the learning rate, raise the batch size, or raise base_momentum"
    )

    def __init__(self, *args, momentum_schedule, **kwargs):
        super().__init__(*args, **kwargs)
        self.momentum_schedule = momentum_schedule

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

    def on_fit_batch_end(self, batch, outputs, loss, should_step):
        """Moves the target, once an optimiser step."""
        if should_step:
            momentum = self.momentum_schedule(self.epochs_done)
            self.modules.target.update(self.modules, momentum)

    def on_stage_end(self, stage, stage_loss, epoch=None):
        """Makes the target's statistics those of all processes."""
        if stage == sb.Stage.TRAIN:
            self.modules.target.average_statistics()
        super().on_stage_end(stage, stage_loss, epoch)
