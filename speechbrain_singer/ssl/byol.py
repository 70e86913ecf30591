"""BYOL on singing voices."""

import speechbrain as sb
import torch
from speechbrain.core import rm_vector_weight_decay

from speechbrain_singer.ssl.brain import SSLBrain


class BYOLBrain(SSLBrain):
    """Bootstrap your own latent: predict a slow copy's view of the voice.

    Grill et al. (NeurIPS 2020), with the settings of Torres et al. (ISMIR
    2023). Beside those of `SSLBrain` it takes `modules.predictor`,
    `modules.target` (a `MomentumTarget` of encoder and projector),
    `hparams.momentum_schedule` and `hparams.predictor_lr_scale`: a predictor
    that learns faster than what it predicts from helps to keep the space from
    collapsing (Tian, Chen and Ganguli, ICML 2021).
    """

    remedies = f"{SSLBrain.remedies}, or raise base_momentum"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("momentum_schedule", "predictor_lr_scale"):
            if not hasattr(self.hparams, name):
                raise ValueError(f"BYOL needs the key {name!r}")

    def init_optimizers(self):
        """Gives the predictor an optimiser, and so a rate, of its own.

        Not a group of parameters: SpeechBrain clips the gradients of an
        optimiser's first group only.
        """
        modules = torch.nn.ModuleDict(self.modules)
        predictor = torch.nn.ModuleDict({"predictor": modules.pop("predictor")})
        self.optimizer = self._optimizer(modules)
        self.predictor_optimizer = self._optimizer(predictor)
        self.optimizers_dict = {
            "optimizer": self.optimizer,
            "predictor_optimizer": self.predictor_optimizer,
        }
        self.lr_scales["predictor_optimizer"] = self.hparams.predictor_lr_scale
        if self.checkpointer is not None:
            self.checkpointer.add_recoverables(self.optimizers_dict)

    def _optimizer(self, modules):
        if self.remove_vector_weight_decay:
            return self.opt_class(rm_vector_weight_decay(modules))
        return self.opt_class(modules.parameters())

    def compute_objective(self, views):
        """Each view's prediction against the target's of the other view.

        Arguments
        ---------
        views : Views

        Returns
        -------
        loss : torch.Tensor
            Scalar.
        """
        projections = views.projections.flatten(0, 1)
        predictions = self.modules.predictor(projections)
        targets = self.modules.target(views.wavs)
        return self.modules.objective(
            predictions.unflatten(0, (2, -1)), targets.unflatten(0, (2, -1))
        )

    def on_fit_batch_end(self, batch, outputs, loss, should_step):
        """Moves the target, once an optimiser step."""
        if should_step:
            momentum = self.hparams.momentum_schedule(self.epochs_done)
            self.modules.target.update(self.modules, momentum)

    def on_stage_end(self, stage, stage_loss, epoch=None):
        """Makes the target's statistics those of all processes."""
        if stage == sb.Stage.TRAIN:
            self.modules.target.average_statistics()
        super().on_stage_end(stage, stage_loss, epoch)
