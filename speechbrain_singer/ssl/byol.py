"""BYOL on singing voices."""

from speechbrain_singer.ssl.brain import SSLBrain


class BYOLBrain(SSLBrain):
    """Bootstrap your own latent: predict a slow copy's view of the voice.

    Grill et al. (NeurIPS 2020), with the settings of Torres et al. (ISMIR
    2023). Beside those of `SSLBrain` it takes `modules.predictor`,
    `modules.target` (a `MomentumTarget` of encoder and projector) and
    `hparams.momentum_schedule`.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not hasattr(self.hparams, "momentum_schedule"):
            raise ValueError("BYOL needs the key 'momentum_schedule'")

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
