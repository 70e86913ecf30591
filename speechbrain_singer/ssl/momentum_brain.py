"""What Brains share that learn from a slow copy of what they train."""

import speechbrain as sb

from speechbrain_singer.ssl.brain import SSLBrain


class MomentumBrain(SSLBrain):
    """Moves `modules.target`, a `MomentumTarget`, after each optimiser step.

    Arguments
    ---------
    *args, **kwargs
        As `SSLBrain` has them; `modules` with target besides.
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
