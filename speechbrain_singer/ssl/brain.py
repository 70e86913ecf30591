"""What all self-supervised Brains share: views, monitors, validation."""

import collections
from typing import NamedTuple

import speechbrain as sb
import torch

from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.evaluation.verification import error_and_rank
from speechbrain_singer.metrics.geometry import extent, space_health
from speechbrain_singer.ssl.collapse import warn_of_collapse
from speechbrain_singer.ssl.probing import probed
from speechbrain_singer.training.brain import Best, TrainingBrain
from speechbrain_singer.trials import all_pairs, can_verify

# Training figures are those of an epoch's last pairs, so many of each process
MONITORED = 256


class EncodedViews(NamedTuple):
    """Two views of each voice, behind encoder and projector.

    Arguments
    ---------
    embeddings : torch.Tensor
        [2, batch, embedding_dim]
    projections : torch.Tensor
        [2, batch, projection_dim]
    groups : torch.Tensor
        [batch], equal for pairs of one voice: of one recording, or of one
        singer where pairs are made by singer.
    """

    embeddings: torch.Tensor
    projections: torch.Tensor
    groups: torch.Tensor


class SSLBrain(TrainingBrain):
    """Trains `modules.encoder` through `modules.projector` on pairs of clips.

    Subclasses have `compute_forward`, in which `two_views` of each voice
    become `EncodedViews`, and `compute_objectives`, which gives these to
    `monitor`.

    The best checkpoint is the one with the lowest EER of the validation
    singers, on clips that are not augmented. Without singers' names it is the
    one with the lowest loss, if `loss_selects`, and else the last one.

    Arguments
    ---------
    *args, **kwargs
        As `TrainingBrain` has them, `modules` with augmentation, encoder,
        projector and objective.
    valid_rows : list of dict
        Rows of the validation manifest, which the batches' `rows` count.
    """

    # Whether a low validation loss is good. Not of an objective that learns
    # from its own target: it is lowest where the space has collapsed
    loss_selects = True
    # What helps against a collapse
    remedies = (
        "lower the learning rate, raise the batch size, or give more weight "
        "to what spreads the projections"
    )

    def __init__(self, *args, valid_rows=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.valid_rows = list(valid_rows)
        self.labelled = can_verify(self.valid_rows)

    @property
    def best(self):
        """The figure that selects the best checkpoint, or None: the lowest."""
        if self.labelled:
            return Best("EER")
        return Best("loss") if self.loss_selects else None

    def two_views(self, batch):
        """Augments the clips of each pair, each by a draw of its own.

        Arguments
        ---------
        batch : dict
            `clips` [batch, 2, time] and the `seeds` [batch, 2] of their
            augmentation.

        Returns
        -------
        wavs : torch.Tensor
            [2 * batch, time]: all first views, then all second ones.
        """
        clips = batch["clips"].to(self.device, non_blocking=True)
        streams = Streams(batch["seeds"].T.flatten())
        return self.modules.augmentation(
            clips.transpose(0, 1).flatten(0, 1), streams
        )

    def views(self, embeddings, projections, batch):
        """`EncodedViews` of [2 * batch, ...] embeddings and projections."""
        return EncodedViews(
            embeddings.unflatten(0, (2, -1)),
            projections.unflatten(0, (2, -1)),
            batch["group"].to(self.device, non_blocking=True),
        )

    def monitor(self, views, batch, stage):
        """Keeps what is measured at the end of the stage.

        Arguments
        ---------
        views : EncodedViews
        batch : dict
            With `rows` [batch, 2] and `group` [batch].
        stage : sb.Stage
        """
        if stage == sb.Stage.TRAIN:
            self.recent.append((views.embeddings.detach(), views.groups))
        else:
            self.collected.append(
                (
                    views.embeddings.float().cpu(),
                    views.projections.float().cpu(),
                    batch["rows"],
                    batch["group"],
                )
            )

    def on_stage_start(self, stage, epoch=None):
        """Starts a stage with nothing kept."""
        super().on_stage_start(stage, epoch)
        if stage == sb.Stage.TRAIN:
            batches = -(-MONITORED // self.train_sampler.batch_size)
            self.recent = collections.deque(maxlen=batches)
        self.collected = []

    def train_figures(self):
        """Health of the space that the last steps trained in."""
        if not self.recent:  # goes on from a checkpoint after the last step
            return {}
        embeddings, groups = zip(*self.recent, strict=True)
        embeddings = torch.cat(embeddings, dim=1)[:, -MONITORED:]
        groups = torch.cat(groups)[-MONITORED:]
        health = space_health(*embeddings.float().cpu(), groups.cpu())
        if not self.validates:
            warn_of_collapse("embeddings", health, self.remedies)
        return health

    def valid_figures(self):
        """EER, rank and probes of the validation singers; their space."""
        embeddings, projections, rows, groups = zip(
            *self.collected, strict=True
        )
        embeddings, groups = torch.cat(embeddings, dim=1), torch.cat(groups)
        # Of the embeddings, which are what is used; whitened projections
        # always look healthy
        health = space_health(*embeddings, groups)
        warn_of_collapse("embeddings", health, self.remedies)
        of_projections = extent(torch.cat(projections, dim=1)[0])
        warn_of_collapse("projections", of_projections, self.remedies)
        embeddings = embeddings.flatten(0, 1)
        rows = torch.cat(rows).T.flatten().tolist()
        rows = [self.valid_rows[row] for row in rows]
        return {
            **self._verified(embeddings, rows),
            **probed(embeddings, rows),
            **health,
        }

    def _verified(self, embeddings, rows):
        """EER and rank, where there are names."""
        if not self.labelled:
            return {}
        trials = all_pairs(rows)
        if not trials.both_kinds:  # a few batches of --debug
            return {}
        return error_and_rank(embeddings, rows, trials)
