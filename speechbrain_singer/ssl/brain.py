"""What all self-supervised Brains share: views, validation, checkpoints."""

import collections
import json
from pathlib import Path
from typing import NamedTuple

import speechbrain as sb
import torch
from speechbrain.utils.distributed import if_main_process
from speechbrain.utils.logger import get_logger
from torch.nn.parallel import DistributedDataParallel

from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.evaluation.verification import error_and_rank
from speechbrain_singer.metrics.geometry import (
    effective_rank,
    relative_deviation,
    space_health,
)
from speechbrain_singer.seeding import derive_seed
from speechbrain_singer.training.tensorboard import EpochTensorboardLogger
from speechbrain_singer.trials import all_pairs, can_verify

logger = get_logger(__name__)

# Of a space spread over the sphere the deviation is 1 and the rank its
# dimension; below these nothing of the singers is left to tell apart
COLLAPSED_DEVIATION = 0.05
COLLAPSED_RANK = 2.0
# Pairs of an epoch's end, of each process, that its monitors are measured on
MONITORED = 256


class Views(NamedTuple):
    """Two views of each recording on their way through the network.

    Arguments
    ---------
    wavs : torch.Tensor
        [2 * batch, time], augmented: all first views, then all second ones.
    embeddings : torch.Tensor
        [2, batch, embedding_dim]
    projections : torch.Tensor
        [2, batch, projection_dim]
    groups : torch.Tensor
        [batch], equal for examples of one voice: of the same recording, or of
        the same singer where pairs are made by singer.
    """

    wavs: torch.Tensor
    embeddings: torch.Tensor
    projections: torch.Tensor
    groups: torch.Tensor


class SSLBrain(sb.Brain):
    """Trains `modules.encoder` and `modules.projector` on pairs of clips.

    Subclasses say what the objective is in `compute_objective`. What becomes
    of a clip is seeded by the clip's own seed, and what else is random in a
    step by (seed, epoch, step, process), so that a run that was killed goes on
    as if it had not been.

    In validation the embeddings of clips that were not augmented are
    collected, and EER and mean normalised rank are measured on those whose
    singers are known, beside the health of their space. In training that
    health is measured at the end of an epoch, on its last embeddings.

    Arguments
    ---------
    *args, **kwargs
        As `speechbrain.Brain` has them; `hparams` with seed, lr_schedule,
        train_logger, history_file, use_tensorboard and tensorboard_folder,
        `modules` with augmentation, encoder, projector and objective.
    valid_rows : list of dict
        Rows of the validation manifest, that the batches' `rows` count.
    """

    # Whether the lowest validation loss is the best where no singers' names
    # are known. Not of an objective that learns from its own target: it is
    # lowest where the space has collapsed
    loss_selects = False
    # What to do about a collapse
    remedies = "lower the learning rate or raise the batch size"

    def __init__(self, *args, valid_rows=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.valid_rows = list(valid_rows)
        self.labelled = can_verify(self.valid_rows)
        self.epoch = 0
        self.lr_scales = {}  # of optimisers that have one of their own
        self.loggers = [self.hparams.train_logger]
        if self.hparams.use_tensorboard:
            folder = self._own(self.hparams.tensorboard_folder)
            self.loggers.append(EpochTensorboardLogger(folder))

    @property
    def selection_key(self):
        """What the best checkpoint has the lowest of; None for the last."""
        if self.labelled:
            return "EER"
        return "loss" if self.loss_selects and self.valid_rows else None

    @property
    def history_file(self):
        """Where each epoch's figures go."""
        return self._own(self.hparams.history_file)

    def _own(self, path):
        """The path, in a folder of its own if --debug."""
        path = Path(path)
        return path.parent / "debug" / path.name if self.debug else path

    @property
    def epochs_done(self):
        """Epochs done at the end of the present step, with their fraction."""
        return self.epoch - 1 + self.step / len(self.train_sampler)

    def compute_forward(self, batch, stage):
        """Views, embeddings and projections of a batch of pairs of clips.

        Arguments
        ---------
        batch : dict
            `clips` [batch, 2, time], `seeds` [batch, 2] of their augmentation,
            `rows` [batch, 2], `group` [batch].
        stage : sb.Stage

        Returns
        -------
        views : Views
        """
        clips = batch["clips"].to(self.device, non_blocking=True)
        wavs = clips.transpose(0, 1).flatten(0, 1)
        streams = Streams(batch["seeds"].T.flatten())
        wavs = self.modules.augmentation(wavs, streams)
        embeddings = self.modules.encoder(wavs)
        projections = self.modules.projector(embeddings)
        return Views(
            wavs,
            embeddings.unflatten(0, (2, -1)),
            projections.unflatten(0, (2, -1)),
            batch["group"].to(self.device, non_blocking=True),
        )

    def compute_objectives(self, views, batch, stage):
        """The loss of a batch; collects what is measured at the stage's end.

        Arguments
        ---------
        views : Views
        batch : dict
        stage : sb.Stage

        Returns
        -------
        loss : torch.Tensor
            Scalar.
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
        return self.compute_objective(views)

    def compute_objective(self, views):
        """The objective of a batch of views: a scalar. To be overridden."""
        raise NotImplementedError

    def on_fit_batch_start(self, batch, should_step):
        """Seeds the step and sets its learning rate."""
        rank = self.train_sampler.rank
        keys = (self.hparams.seed, self.epoch, self.step, rank)
        torch.manual_seed(derive_seed(*keys))  # dropout, stochastic depth
        lr = self.hparams.lr_schedule(self.epochs_done)
        for name, optimizer in self.optimizers_dict.items():
            for group in optimizer.param_groups:
                group["lr"] = lr * self.lr_scales.get(name, 1.0)

    def on_fit_start(self):
        """Refuses to accumulate gradients for longer than an epoch."""
        if self.grad_accumulation_factor > len(self.train_sampler):
            raise ValueError(
                f"an epoch has {len(self.train_sampler)} batches, fewer than "
                f"the grad_accumulation_factor {self.grad_accumulation_factor}"
                ": no step would ever be done; raise clips_per_epoch"
            )
        super().on_fit_start()

    def on_stage_start(self, stage, epoch=None):
        """Starts a stage; training goes on where a checkpoint left it."""
        if stage == sb.Stage.TRAIN:
            self.epoch = epoch
            self.train_sampler.resume_at(self.step)
            batches = -(-MONITORED // self.train_sampler.batch_size)
            self.recent = collections.deque(maxlen=batches)
        self.collected = []

    def on_stage_end(self, stage, stage_loss, epoch=None):
        """Logs, warns of a collapse and saves a checkpoint."""
        if stage == sb.Stage.TRAIN:
            self.train_stats = {"loss": stage_loss, **self._monitor()}
            if not self.valid_rows:
                # SpeechBrain does so after this, and a checkpoint must not
                # say that the next epoch is done
                self.step, self.avg_train_loss = 0, 0.0
                self._end_epoch(None)
        elif stage == sb.Stage.VALID:
            self._end_epoch({"loss": stage_loss, **self._measure()})

    def _monitor(self):
        """Health of the space that the last steps trained in."""
        if not self.recent:  # goes on from a checkpoint after the last step
            return {}
        embeddings, groups = zip(*self.recent, strict=True)
        embeddings = torch.cat(embeddings, dim=1)[:, -MONITORED:]
        groups = torch.cat(groups)[-MONITORED:]
        health = space_health(*embeddings.float().cpu(), groups.cpu())
        if not self.valid_rows:
            self._warn_of_collapse("embeddings", health)
        return health

    def _measure(self):
        """Figures of the validation singers, from what was collected."""
        embeddings, projections, rows, groups = zip(
            *self.collected, strict=True
        )
        embeddings, groups = torch.cat(embeddings, dim=1), torch.cat(groups)
        # Of the embeddings, as they are what is used, and projections that
        # are whitened look healthy whatever happens
        health = space_health(*embeddings, groups)
        self._warn_of_collapse("embeddings", health)
        first = torch.cat(projections, dim=1)[0]
        self._warn_of_collapse(
            "projections",
            {
                "deviation": relative_deviation(first),
                "effective_rank": effective_rank(first),
            },
        )
        if not self.labelled:
            return health
        rows = torch.cat(rows).T.flatten().tolist()
        rows = [self.valid_rows[row] for row in rows]
        trials = all_pairs(rows)
        if not trials.both_kinds:  # a few batches of --debug
            return health
        metrics = error_and_rank(embeddings.flatten(0, 1), rows, trials)
        return {**metrics, **health}

    def _warn_of_collapse(self, space, health):
        if (
            health["deviation"] < COLLAPSED_DEVIATION
            or health["effective_rank"] < COLLAPSED_RANK
        ):
            logger.warning(
                f"the {space} have collapsed: their deviation is "
                f"{health['deviation']:.3f} of a spread-out space's and they "
                f"use {health['effective_rank']:.1f} directions. Singers "
                f"cannot be told apart like this: {self.remedies}."
            )

    def _end_epoch(self, valid_stats):
        lr = self.hparams.lr_schedule(self.epoch)
        meta = {"epoch": self.epoch, "lr": lr}
        for train_logger in self.loggers:
            train_logger.log_stats(meta, self.train_stats, valid_stats)
        if if_main_process():
            self.history_file.parent.mkdir(exist_ok=True)
            with open(self.history_file, "a", encoding="utf-8") as file:
                record = {**meta, "train": self.train_stats}
                record["valid"] = valid_stats
                file.write(json.dumps(record) + "\n")
        if self.checkpointer is not None:
            key = self.selection_key
            self.checkpointer.save_and_keep_only(
                meta={"epoch": self.epoch, **(valid_stats or {})},
                min_keys=[key] if key else [],
                importance_keys=[],  # the default list grows with each call
            )

    def _should_save_intra_epoch_ckpt(self, last_ckpt_time, steps_since_ckpt):
        # Gradients that wait for their step are in no checkpoint
        if self.step % self.grad_accumulation_factor:
            return False
        return super()._should_save_intra_epoch_ckpt(
            last_ckpt_time, steps_since_ckpt
        )

    def _wrap_distributed(self):
        if not self.distributed_launch:
            return
        if self.device_type != "cpu":
            # SpeechBrain converts what has gradients, the target has none
            torch.nn.SyncBatchNorm.convert_sync_batchnorm(self.modules)
            return super()._wrap_distributed()
        # torch's SyncBatchNorm, to which SpeechBrain converts, refuses CPU
        # tensors
        if if_main_process():
            logger.warning(
                "batch normalisation is not synchronised between processes "
                "on CPUs: each normalises by its own part of the batch"
            )
        for name, module in self.modules.items():
            if any(p.requires_grad for p in module.parameters()):
                self.modules[name] = DistributedDataParallel(
                    module, find_unused_parameters=self.find_unused_parameters
                )
