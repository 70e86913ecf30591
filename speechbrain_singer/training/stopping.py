"""Early stopping that looks at a validation every so many epochs."""

import math

import yaml
from speechbrain.utils.checkpoints import (
    mark_as_loader,
    mark_as_saver,
    register_checkpoint_hooks,
)
from speechbrain.utils.epoch_loop import EpochCounter
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_number, check_whole

logger = get_logger(__name__)


@register_checkpoint_hooks
class StoppingCounter(EpochCounter):
    """An epoch counter that ends a training which gets no better.

    Wang and Tzanetakis (ICASSP 2018) check the validation every 50 epochs,
    with a patience of 300 epochs (identification) or 1000 (embedding) and "at
    least 99.5 % improvement". This is read as the scheme of the Theano
    tutorials, whose threshold is 0.995: a check counts only if its loss is
    below 0.995 times the lowest one so far, those that did not count
    included. The training stops at the first check with none that counted
    within the last `patience` epochs. (In the tutorials patience grows with
    the epoch of an improvement; the paper does not say so, and here it does
    not.) The last epoch is a check too.

    The weights to keep are those of the lowest loss, whether or not it
    counted: `TrainingBrain.recover_best` loads them. Checks and what they
    found are in the checkpoints.

    Arguments
    ---------
    limit : int
        Epochs at most.
    check_interval : int
        Epochs from check to check.
    patience : int
        Epochs.
    improvement : float
        In (0, 1]. What the lowest loss is multiplied by.

    Raises
    ------
    ValueError
        If a number makes no sense.

    Example
    -------
    >>> counter = StoppingCounter(limit=100, check_interval=2, patience=4)
    >>> losses = {2: 1.0, 4: 0.9, 6: 0.899, 8: 0.95}
    >>> for epoch in counter:
    ...     if counter.due:
    ...         counter.judge(losses[epoch])
    >>> epoch, counter.best
    (8, 0.899)
    """

    def __init__(
        self, limit, check_interval=50, patience=300, improvement=0.995
    ):
        check_whole("epochs", limit, least=1)
        check_whole("check_interval", check_interval, least=1)
        check_whole("patience", patience, least=1)
        check_number("improvement", improvement, least=0, above=True, most=1)
        super().__init__(limit)
        self.check_interval = check_interval
        self.patience = patience
        self.improvement = improvement
        self.best = math.inf
        self.checked = 0
        self.counted = 0

    @property
    def due(self):
        """Whether the present epoch ends with a check."""
        return (
            self.current % self.check_interval == 0
            or self.current >= self.limit
        )

    @property
    def stopped(self):
        """Whether no check has counted for too long."""
        return self.checked - self.counted >= self.patience

    def judge(self, loss):
        """Takes the validation loss of the present epoch.

        Arguments
        ---------
        loss : float

        Raises
        ------
        ValueError
            If it is not finite.
        """
        if not math.isfinite(loss):
            raise ValueError(
                f"the validation loss of epoch {self.current} is {loss}: the "
                "training has diverged; lower lr, or use --precision fp32"
            )
        self.checked = self.current
        if loss < self.improvement * self.best:
            self.counted = self.current
        self.best = min(self.best, loss)

    def __next__(self):
        if self.stopped:
            logger.info(
                "no check has counted since epoch %d: stopped after epoch %d",
                *(self.counted, self.checked),
            )
            raise StopIteration
        return super().__next__()

    @mark_as_saver
    def _save(self, path):
        state = {
            name: getattr(self, name)
            for name in ("current", "best", "checked", "counted")
        }
        with open(path, "w", encoding="utf-8") as file:
            yaml.safe_dump(state, file)

    @mark_as_loader
    def _recover(self, path, end_of_epoch):
        with open(path, encoding="utf-8") as file:
            vars(self).update(yaml.safe_load(file))
        if not end_of_epoch:
            self.current -= 1
