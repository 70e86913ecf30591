"""BYOL on singing voices."""

from speechbrain_singer.ssl.brain import SSLBrain


class BYOLBrain(SSLBrain):
    """Bootstrap your own latent: predict a slow copy's view of the voice.

    Grill et al. (NeurIPS 2020), with the settings of Torres et al. (ISMIR
    2023). Beside those of `SSLBrain` it takes `modules.predictor`,
    `modules.target` (a `MomentumTarget` of encoder and projector),
    `hparams.momentum_schedule` and `hparams.predictor_lr_scale`: a predictor
    that learns faster than what it predicts from is what keeps the space from
    collapsing (Tian, Chen and Ganguli, ICML 2021), and in a short run what
    lets it learn at all.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("momentum_schedule", "predictor_lr_scale"):
            if not hasattr(self.hparams, name):
                raise ValueError(f"BYOL needs the key {name!r}")

    def init_optimizers(self):
        """Gives the predictor a learning rate of its own."""
        super().init_optimizers()
        predictor = set(self.modules.predictor.parameters())
        for group in self.optimizer.param_groups:
            group["params"] = [p for p in group["params"] if p not in predictor]
        self.optimizer.add_param_group(
            {
                "params": list(self.modules.predictor.parameters()),
                "lr_scale": self.hparams.predictor_lr_scale,
            }
        )

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
            if self.device_type == "cpu":  # on GPUs it is synchronised
                self.modules.target.average_statistics()
