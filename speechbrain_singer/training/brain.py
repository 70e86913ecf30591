"""The Brain that all tasks share: seeds, rates, resuming, logs, checkpoints."""

import gc
import time
from typing import NamedTuple

import speechbrain as sb
import torch
from speechbrain.core import rm_vector_weight_decay
from speechbrain.utils.epoch_loop import EpochCounter

from speechbrain_singer.checks import check_whole
from speechbrain_singer.distributed import on_main, own_share
from speechbrain_singer.processor import warn_of_slow_precision
from speechbrain_singer.seeding import derive_seed
from speechbrain_singer.training.checkpoints import figures_of
from speechbrain_singer.training.optimizers import make_optimizers
from speechbrain_singer.training.processes import share_gradients_on_cpus
from speechbrain_singer.training.stopping import StoppingCounter


class Best(NamedTuple):
    """Which checkpoint is the best one.

    Arguments
    ---------
    figure : str
        A figure of the validation.
    highest : bool
        Whether the highest value is the best, or the lowest.
    """

    figure: str
    highest: bool = False

    @property
    def keys(self):
        """As a checkpointer's `recover_if_possible` takes it."""
        return {"max_key" if self.highest else "min_key": self.figure}


class TrainingBrain(sb.Brain):
    """A SpeechBrain Brain whose runs can be killed and go on.

    A step is seeded by (seed, epoch, step, process) and its learning rate
    follows from the epochs done, so that a run that was killed goes on as if
    it had not been. All modules that have a state are in the checkpoints,
    learned parts of an objective among them, but for those that say they are
    `frozen`. Gradients are not accumulated beyond an epoch.

    Every epoch is validated and saved. With a `StoppingCounter` only those
    with a check are; others are saved where SpeechBrain's
    `ckpt_interval_minutes` (0: never) have passed since the last checkpoint.

    Subclasses have `compute_forward` and `compute_objectives`, as everywhere
    in SpeechBrain, and measure in `train_figures` and `valid_figures`.

    Arguments
    ---------
    *args, **kwargs
        As `speechbrain.Brain` has them.
    seed : int
    lr_schedule : callable
        From the epochs done, a fraction too, to the learning rate.
    log : EpochLog
        Where the figures of each epoch go.
    lr_scales : dict of str to float, optional
        Modules with an optimiser of their own, and the factor of its rate.
    """

    # Which checkpoint `recover_best` loads, where epochs end with a validation;
    # None for the last one
    best = None
    validates = False

    def __init__(self, *args, seed, lr_schedule, log, lr_scales=None, **kwargs):
        super().__init__(*args, **kwargs)
        check_whole("seed", seed, least=0)
        check_whole(
            "grad_accumulation_factor", self.grad_accumulation_factor, least=1
        )
        for precision in (self.precision, self.eval_precision):
            warn_of_slow_precision(precision, self.device_type)
        self.seed = seed
        self.lr_schedule = lr_schedule
        self.log = log.beside_debug() if self.debug else log
        self.lr_scales = dict(lr_scales or {})
        self.epoch = 0
        if self.checkpointer is not None:
            self.checkpointer.add_recoverables(
                {n: m for n, m in self.modules.items() if _changes(m)}
            )

    @property
    def epochs_done(self):
        """Epochs done at the end of the present step, with their fraction."""
        return self.epoch - 1 + self.step / len(self.train_sampler)

    def module(self, name):
        """A module as it was given, without what wraps it for processes."""
        module = self.modules[name]
        return getattr(module, "module", module)

    def fit(self, epoch_counter, train_set, valid_set=None, **kwargs):
        """As `Brain.fit`, of a loader whose batches are `ClipBatches`."""
        self.train_sampler = getattr(train_set, "batch_sampler", None)
        if not hasattr(self.train_sampler, "resume_at"):
            raise TypeError(
                "the training set has to be a loader of `ClipBatches`, such as "
                "dataio.sampler.clip_loader makes"
            )
        self.validates = valid_set is not None
        self.epoch_counter = epoch_counter
        self.stops_early = isinstance(epoch_counter, StoppingCounter)
        self.saved_at = time.time()
        if self.stops_early and not self.validates:
            raise ValueError("early stopping needs a validation set")
        super().fit(epoch_counter, train_set, valid_set, **kwargs)

    def recover_best(self):
        """Loads the best checkpoint of a Brain that has a checkpointer.

        Returns
        -------
        figures : dict
            What it was saved with; empty if there is none.
        """
        checkpoint = self.checkpointer.recover_if_possible(**self._best_keys)
        return figures_of(checkpoint) if checkpoint else {}

    def let_go(self):
        """Takes its wraps off the modules, so that another Brain has them.

        A wrap that is still there takes part in each backward pass, and waits
        for other processes.
        """
        for name in self.modules:
            self.modules[name] = self.module(name)
        self.modules.zero_grad(set_to_none=True)
        gc.collect()  # they hold themselves

    @property
    def _check_is_due(self):
        """Whether the present epoch ends with a validation."""
        if not self.validates or not self.stops_early:
            return self.validates
        is_last = self.debug or self._optimizer_step_limit_exceeded
        return is_last or self.epoch_counter.due

    def _fit_valid(self, valid_set, epoch, enable):
        if self._check_is_due:
            super()._fit_valid(valid_set, epoch, enable)

    @property
    def _best_keys(self):
        return self.best.keys if self.best and self.validates else {}

    def train_figures(self):
        """What is measured at the end of an epoch, beside the loss: a dict."""
        return {}

    def valid_figures(self):
        """What is measured after a validation, beside the loss: a dict."""
        return {}

    def init_optimizers(self):
        """One optimiser, and one for each module in `lr_scales`."""
        self.optimizers_dict = make_optimizers(
            self.modules, self.lr_scales, self._optimizer
        )
        self.optimizer = self.optimizers_dict["optimizer"]
        if self.checkpointer is not None:
            self.checkpointer.add_recoverables(self.optimizers_dict)

    def _optimizer(self, modules):
        if self.remove_vector_weight_decay:
            return self.opt_class(rm_vector_weight_decay(modules))
        return self.opt_class(modules.parameters())

    def on_fit_start(self):
        """Refuses what would never do a step, or not end as it should."""
        if self.grad_accumulation_factor > len(self.train_sampler):
            raise ValueError(
                f"an epoch has {len(self.train_sampler)} batches, fewer than "
                f"the grad_accumulation_factor {self.grad_accumulation_factor}"
                ": no step would ever be done; raise clips_per_epoch"
            )
        super().on_fit_start()
        counter = self.epoch_counter
        is_one = isinstance(counter, EpochCounter)
        if is_one and counter.current > counter.limit:
            raise ValueError(
                f"epochs is {counter.limit}, but this run has "
                f"{counter.current} behind it: give as many or more, or "
                "another output_folder"
            )

    def on_fit_batch_start(self, batch, should_step):
        """Seeds the step and sets its learning rate."""
        keys = (self.seed, self.epoch, self.step, own_share()["rank"])
        torch.manual_seed(derive_seed(*keys))  # dropout, stochastic depth
        lr = self.lr_schedule(self.epochs_done)
        for name, optimizer in self.optimizers_dict.items():
            scale = self.lr_scales.get(name.removesuffix("_optimizer"), 1.0)
            for group in optimizer.param_groups:
                group["lr"] = lr * scale

    def on_stage_start(self, stage, epoch=None):
        """Starts a stage; training goes on where a checkpoint left it."""
        if stage == sb.Stage.TRAIN:
            self.epoch = epoch
            self.train_sampler.resume_at(self.step)

    def on_stage_end(self, stage, stage_loss, epoch=None):
        """Measures; after the last stage of an epoch, logs and saves."""
        if stage == sb.Stage.TRAIN:
            self.train_stats = {"loss": stage_loss, **self.train_figures()}
            if not self._check_is_due:
                # SpeechBrain does so after this, and a checkpoint must not
                # say that the next epoch is done
                self.step, self.avg_train_loss = 0, 0.0
                self._end_epoch(None)
        elif stage == sb.Stage.VALID:
            if self.stops_early:  # all processes at once
                self.epoch_counter.judge(on_main(float, stage_loss))
            self._end_epoch({"loss": stage_loss, **self.valid_figures()})

    def _end_epoch(self, valid_stats):
        meta = {"epoch": self.epoch, "lr": self.lr_schedule(self.epoch)}
        self.log.write(meta, self.train_stats, valid_stats)
        if self._should_save(valid_stats):
            best = self._best_keys
            self.checkpointer.save_and_keep_only(
                meta={"epoch": self.epoch, **(valid_stats or {})},
                **{f"{kind}s": [figure] for kind, figure in best.items()},
            )
            self.saved_at = time.time()

    def _should_save(self, valid_stats):
        if self.stops_early and valid_stats is None:
            return super()._should_save_intra_epoch_ckpt(self.saved_at, 0)
        return self.checkpointer is not None

    def _should_save_intra_epoch_ckpt(self, last_ckpt_time, steps_since_ckpt):
        # Gradients that wait for their step are in no checkpoint
        if self.step % self.grad_accumulation_factor:
            return False
        # Not since the epoch began, which may be shorter than the interval
        return super()._should_save_intra_epoch_ckpt(
            self.saved_at, steps_since_ckpt
        )

    def _save_intra_epoch_ckpt(self):
        super()._save_intra_epoch_ckpt()
        self.saved_at = time.time()

    def _wrap_distributed(self):
        if not self.distributed_launch:
            return
        if self.device_type != "cpu":
            # SpeechBrain converts what has gradients, a target has none
            torch.nn.SyncBatchNorm.convert_sync_batchnorm(self.modules)
            return super()._wrap_distributed()
        share_gradients_on_cpus(self.modules, self.find_unused_parameters)


def _changes(module):
    """Whether a module has something that a checkpoint has to keep."""
    return bool(module.state_dict()) and not getattr(module, "frozen", False)
