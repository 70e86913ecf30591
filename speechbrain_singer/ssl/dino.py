"""DINO: say of short views what a slow copy says of long ones."""

from typing import NamedTuple

import speechbrain as sb
import torch
import torch.nn.functional as F

from speechbrain_singer.augment.crops import random_crops
from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.checks import check_number, check_whole
from speechbrain_singer.ssl.brain import EncodedViews
from speechbrain_singer.ssl.momentum_brain import MomentumBrain

PROTOTYPES = "prototypes"  # the module that is frozen at first


class DistilledViews(NamedTuple):
    """What the student says of all views, and the teacher of the long ones.

    Arguments
    ---------
    views : EncodedViews
        The long ones, by the student.
    student : torch.Tensor
        [views, batch, prototypes], logits, the long views first.
    teacher : torch.Tensor
        [2, batch, prototypes], logits, without gradients.
    """

    views: EncodedViews
    student: torch.Tensor
    teacher: torch.Tensor


class DINOBrain(MomentumBrain):
    """Self-distillation without labels (Caron et al., "DINO", ICCV 2021).

    The two clips of a pair are the long views; short ones are cut out of them,
    each at a position of its own, and augmented each by its own draw. The
    student sees all of them, the teacher, its moving average, the long ones.
    What the student says of a view is drawn to what the teacher says of each
    other view of that voice. See `objectives.dino`.

    Arguments
    ---------
    *args, **kwargs
        As `MomentumBrain` has them; `modules` with prototypes besides.
    temperature_schedule : callable
        From the epochs done to the temperature of the teacher.
    short_views : int
        How many are cut out of each clip.
    short_share : float
        Their length, as a share of the clip.
    frozen_epochs : int
        In which the prototypes stand still.

    Raises
    ------
    ValueError
        If a number makes no sense.
    """

    remedies = (
        "lower the teacher's temperature or the learning rate, raise the batch "
        "size, or give weight to koleo"
    )

    def __init__(
        self,
        *args,
        temperature_schedule,
        short_views,
        short_share,
        frozen_epochs,
        lr_scales=None,
        **kwargs,
    ):
        # An optimiser of their own, that can pause
        lr_scales = {PROTOTYPES: 1.0, **(lr_scales or {})}
        super().__init__(*args, lr_scales=lr_scales, **kwargs)
        check_whole("short_views", short_views, least=0)
        check_number("short_share", short_share, least=0, above=True, most=1)
        check_whole("frozen_epochs", frozen_epochs, least=0)
        self.temperature_schedule = temperature_schedule
        self.short_views = short_views
        self.short_share = short_share
        self.frozen_epochs = frozen_epochs

    def cut_views(self, batch):
        """Cuts the short views and augments them.

        Arguments
        ---------
        batch : dict
            As `two_views` takes it.

        Returns
        -------
        wavs : torch.Tensor
            [2 * short_views * batch, share of time]: view by view, those of
            the first clips before those of the second ones.
        """
        clips = batch["clips"].to(self.device, non_blocking=True)
        clips = clips.transpose(0, 1).repeat_interleave(self.short_views, dim=0)
        seeds = batch["seeds"].T.repeat_interleave(self.short_views, dim=0)
        # Streams of neighbouring seeds have nothing in common. Those of the
        # clips' own seeds are the long views'
        numbers = 1 + torch.arange(self.short_views).repeat(2)
        streams = Streams((seeds + numbers.unsqueeze(1)).flatten())
        samples = max(1, round(self.short_share * clips.shape[-1]))
        crops = random_crops(clips.flatten(0, 1), streams, samples)
        return self.modules.augmentation(crops, streams)

    def compute_forward(self, batch, stage):
        """All views through the student, long ones through the teacher."""
        long = self.two_views(batch)
        embeddings = self._embed(long, batch)
        projections = self.modules.projector(embeddings)
        student = self.modules.prototypes(projections)
        teacher = self.modules.target(long)
        size = len(batch["clips"])
        return DistilledViews(
            self.views(
                embeddings[: len(long)], projections[: len(long)], batch
            ),
            student.unflatten(0, (-1, size)),
            teacher.unflatten(0, (-1, size)),
        )

    def _embed(self, long, batch):
        """Of long and short views, in one call, as processes need it."""
        if not self.short_views:
            return self.modules.encoder(long)
        short = self.cut_views(batch)
        padding = long.shape[1] - short.shape[1]
        lengths = [1.0] * len(long)
        lengths += [short.shape[1] / long.shape[1]] * len(short)
        wavs = torch.cat([long, F.pad(short, (0, padding))])
        return self.modules.encoder(wavs, lengths)

    def compute_objectives(self, predictions, batch, stage):
        """The student's views against the teacher's other views; KoLeo."""
        views, student, teacher = predictions
        self.monitor(views, batch, stage)
        is_training = stage == sb.Stage.TRAIN
        done = self.epochs_done if is_training else self.epoch
        return self.modules.objective(
            student,
            teacher,
            views.embeddings,
            self.temperature_schedule(done),
            views.groups,
        )

    def freeze_optimizers(self, optimizers):
        """Without that of the prototypes, as long as these are frozen."""
        if self.epoch > self.frozen_epochs:
            return optimizers
        active = dict(optimizers)
        # SpeechBrain clears the gradients of those that step
        active.pop(f"{PROTOTYPES}_optimizer").zero_grad()
        return active
