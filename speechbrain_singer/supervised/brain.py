"""What Brains of encoders share: the way to the embeddings, and outputs."""

import torch
from tqdm import tqdm

from speechbrain_singer.distributed import is_main
from speechbrain_singer.training.brain import Best, TrainingBrain


class EncoderBrain(TrainingBrain):
    """Trains `modules.encoder` on what `modules.features` makes of audio.

    A batch that `encode` takes has one of these; subclasses that do without
    it, such as `PretrainingBrain`, have batches of their own:

    - `wav` [batch, time]: the features are computed of it, and trained where
      they are not frozen.
    - `features` [batch, ...]: what they gave for it once, of any
      floating-point type.
    - `decibels` [batch, frames, bands]: a stored spectrogram, which their
      method `relative` turns into what the encoder takes.

    Subclasses keep in `kept` what they measure of a stage.

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

    def encode(self, batch):
        """What the encoder makes of a batch.

        Arguments
        ---------
        batch : dict of str to torch.Tensor
            As the class says.

        Returns
        -------
        embeddings : torch.Tensor
            [batch, dim], or [batch, frames, dim] of an encoder of frames.
        """
        return self.network("encoder")(self._features(batch))

    def _features(self, batch):
        if "features" in batch:
            return self._moved(batch["features"]).float()
        if "decibels" in batch:
            decibels = self._moved(batch["decibels"])
            return self.module("features").relative(decibels)
        return self.network("features")(self._moved(batch["wav"]))

    def _moved(self, values):
        return values.to(self.device, non_blocking=True)

    def outputs(self, loader, compute):
        """What is computed of each example of a loader, in its order.

        Arguments
        ---------
        loader : iterable of dict
            Of batches that `encode` takes.
        compute : callable
            From a batch to [batch, ...].

        Returns
        -------
        outputs : torch.Tensor
            [all examples, ...], float32, on the CPU.
        """
        self.modules.eval()
        hidden = self.noprogressbar or not is_main()
        outputs = []
        for batch in tqdm(loader, dynamic_ncols=True, disable=hidden):
            with torch.no_grad(), self.evaluation_ctx:
                outputs.append(compute(batch).float().cpu())
        return torch.cat(outputs)

    def on_stage_start(self, stage, epoch=None):
        """Starts a stage with nothing kept."""
        super().on_stage_start(stage, epoch)
        self.kept = []
