"""What Brains on windows of spectrograms share: the encoder and its outputs."""

import torch
from tqdm import tqdm

from speechbrain_singer.distributed import is_main
from speechbrain_singer.training.brain import Best, TrainingBrain


class SpectrogramBrain(TrainingBrain):
    """Trains `modules.encoder` on windows of decibels.

    `modules.features` turns these into what the encoder takes, by its method
    `relative`. Subclasses keep in `kept` what they measure of a stage.

    The published "L2 regularization on all the learnable weights" is the
    `weight_decay` of an optimiser such as Adam.

    Arguments
    ---------
    *args, **kwargs
        As `TrainingBrain` has them.
    """

    best = Best("loss")

    def network(self, name):
        """A module; wrapped for processes while they all train alike.

        What is wrapped waits for other processes, which need not be there
        when something is measured.
        """
        return (
            self.modules[name] if self.modules.training else self.module(name)
        )

    def encode(self, decibels):
        """What the encoder makes of windows.

        Arguments
        ---------
        decibels : torch.Tensor
            [windows, frames, bands], of any floating-point type.

        Returns
        -------
        embeddings : torch.Tensor
            [windows, dim]
        """
        decibels = decibels.to(self.device, non_blocking=True)
        features = self.modules.features.relative(decibels)
        return self.network("encoder")(features)

    def outputs(self, loader, compute):
        """What is computed of each window of a loader, in its order.

        Arguments
        ---------
        loader : iterable of dict
            With `decibels` [windows, frames, bands].
        compute : callable
            From decibels to [windows, dim].

        Returns
        -------
        outputs : torch.Tensor
            [all windows, dim], float32, on the CPU.
        """
        self.modules.eval()
        hidden = self.noprogressbar or not is_main()
        outputs = []
        for batch in tqdm(loader, dynamic_ncols=True, disable=hidden):
            with torch.no_grad(), self.evaluation_ctx:
                outputs.append(compute(batch["decibels"]).float().cpu())
        return torch.cat(outputs)

    def on_stage_start(self, stage, epoch=None):
        """Starts a stage with nothing kept."""
        super().on_stage_start(stage, epoch)
        self.kept = []
