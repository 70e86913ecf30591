"""Trainings of several stages, each a fit with a folder of its own."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from speechbrain.utils.epoch_loop import EpochCounter

from speechbrain_singer.checks import check_number, check_whole
from speechbrain_singer.training.checkpoints import AtomicCheckpointer
from speechbrain_singer.training.log import EpochLog
from speechbrain_singer.training.schedules import Constant

FROZEN, TUNED, TRAINED = "frozen", "tuned", "trained"


@dataclass(frozen=True)
class Stage:
    """One fit: its epochs, rates, log and checkpoints.

    Each stage has a Brain of its own, on the same modules: optimisers begin
    anew, and the weights are the best ones of the stage before. A run that was
    killed goes through the stages that are done without an epoch.

    Arguments
    ---------
    name : str
    folder : str or Path
        Where its log and its checkpoints are.
    epochs : int
    lr : float
    own_lrs : dict of str to float
        Modules with a rate and an optimiser of their own.
    trains_features : bool
        Whether the front end is trained.
    use_tensorboard : bool

    Raises
    ------
    ValueError
        If there is no epoch, or a rate is not above 0.

    Example
    -------
    >>> stage = Stage("tuned", getfixture("tmp_path"), 5, lr=1e-3)
    >>> stage.epoch_counter.limit, stage.options["lr_schedule"](2.5)
    (5, 0.001)
    """

    name: str
    folder: str
    epochs: int
    lr: float
    own_lrs: dict = field(default_factory=dict)
    trains_features: bool = True
    use_tensorboard: bool = False

    def __post_init__(self):
        check_whole(f"epochs of the stage {self.name}", self.epochs, least=1)
        for rate in (self.lr, *self.own_lrs.values()):
            what = f"lr of the stage {self.name}"
            check_number(what, rate, least=0, above=True)

    @cached_property
    def epoch_counter(self):
        """Which `fit` takes."""
        return EpochCounter(self.epochs)

    @cached_property
    def options(self):
        """What a `TrainingBrain` of this stage takes: a dict."""
        checkpointer = AtomicCheckpointer(
            Path(self.folder, "save"), {"counter": self.epoch_counter}
        )
        return {
            "checkpointer": checkpointer,
            "log": EpochLog(self.folder, self.use_tensorboard),
            "lr_schedule": Constant(self.lr),
            "lr_scales": {n: lr / self.lr for n, lr in self.own_lrs.items()},
        }

    def begin(self, features):
        """Freezes or unfreezes a front end; others are as they are."""
        if hasattr(features, "freeze"):
            if self.trains_features:
                features.unfreeze()
            else:
                features.freeze()


def two_stages(
    folder,
    frozen_epochs,
    tuned_epochs,
    lr=3e-3,
    tuned_lr=5e-5,
    tuned_head_lr=None,
    use_tensorboard=False,
):
    """A front end frozen, then trained, as published (Yamamoto, APSIPA 2023).

    Arguments
    ---------
    folder : str or Path
        The stages are in `frozen/` and `tuned/` in it.
    frozen_epochs, tuned_epochs : int
        0 leaves a stage out.
    lr : float
        Of all that is trained while the front end is frozen.
    tuned_lr : float
        Of the front end, then.
    tuned_head_lr : float, optional
        Of the rest, then; `tuned_lr` if left out.
    use_tensorboard : bool

    Returns
    -------
    stages : list of Stage

    Raises
    ------
    ValueError
        If both are left out.

    Example
    -------
    >>> stages = two_stages("run", frozen_epochs=6, tuned_epochs=24)
    >>> [(stage.name, stage.epochs, stage.lr) for stage in stages]
    [('frozen', 6, 0.003), ('tuned', 24, 5e-05)]
    """
    shared = {"use_tensorboard": use_tensorboard}
    stages = []
    if frozen_epochs != 0:
        place = FROZEN, Path(folder, FROZEN), frozen_epochs
        stages.append(Stage(*place, lr, trains_features=False, **shared))
    if tuned_epochs != 0:
        place = TUNED, Path(folder, TUNED), tuned_epochs
        rest = tuned_lr if tuned_head_lr is None else tuned_head_lr
        own = {"features": tuned_lr}
        stages.append(Stage(*place, rest, own, **shared))
    if not stages:
        raise ValueError("frozen_epochs and tuned_epochs are 0: nothing trains")
    return stages


def one_stage(folder, epochs, lr, use_tensorboard=False):
    """All at once, from the beginning: a list of one `Stage`.

    Example
    -------
    >>> [stage.name for stage in one_stage("run", epochs=9, lr=1e-3)]
    ['trained']
    """
    place = TRAINED, Path(folder, TRAINED), epochs, lr
    return [Stage(*place, use_tensorboard=use_tensorboard)]


def has_lowest_loss(trained, others):
    """Whether a stage has a lower validation loss than others.

    Arguments
    ---------
    trained : dict
        What is known of the stage, with its `loss`. If that is None or left
        out, as of what was not validated, no other loss is above it.
    others : iterable of dict

    Returns
    -------
    has_lowest_loss : bool

    Example
    -------
    >>> has_lowest_loss({"loss": 0.4}, [{"loss": 0.5}, {"loss": None}])
    True
    >>> has_lowest_loss({"loss": 0.5}, [{"loss": 0.5}])
    False
    """
    return all(_loss(trained) < _loss(other) for other in others)


def _loss(trained):
    loss = trained.get("loss")
    return math.inf if loss is None else loss
