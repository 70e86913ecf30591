"""What a run measures, epoch by epoch: as text, JSON lines and TensorBoard."""

import json
import os
from functools import cached_property
from pathlib import Path

from speechbrain.utils.distributed import main_process_only
from speechbrain.utils.train_logger import FileTrainLogger, TensorboardLogger


class EpochLog:
    """Writes the figures of each epoch into the folder of a run.

    They go into `train_log.txt`, `history.jsonl` (`reports.curves` reads it)
    and, if asked for, `tensorboard/`.

    Arguments
    ---------
    folder : str or Path
    use_tensorboard : bool

    Raises
    ------
    ImportError
        If TensorBoard is asked for and not installed.

    Example
    -------
    >>> log = EpochLog(getfixture("tmp_path"))
    >>> log.write({"epoch": 1, "lr": 0.1}, {"loss": 2.0})
    >>> print(log.history.read_text(), end="")
    {"epoch": 1, "lr": 0.1, "train": {"loss": 2.0}, "valid": null}
    """

    def __init__(self, folder, use_tensorboard=False):
        self.folder = Path(folder)
        self.history = self.folder / "history.jsonl"
        self.use_tensorboard = use_tensorboard
        if use_tensorboard:
            _need_tensorboard()

    @cached_property
    def _loggers(self):
        loggers = [FileTrainLogger(str(self.folder / "train_log.txt"), 3)]
        if self.use_tensorboard:
            loggers.append(_Tensorboard(str(self.folder / "tensorboard")))
        return loggers

    def beside_debug(self):
        """The log of a run with --debug, in a folder of its own.

        A few steps are no match for what may be in the folder of the run.
        """
        return EpochLog(self.folder / "debug", self.use_tensorboard)

    @main_process_only
    def write(self, meta, train, valid=None):
        """Writes the figures of an epoch, on the main process.

        Arguments
        ---------
        meta : dict
            With `epoch` and `lr`.
        train : dict of str to float
        valid : dict of str to float, optional
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for logger in self._loggers:
            logger.log_stats(meta, train, valid)
        with self.history.open("a+b") as file:
            record = {**meta, "train": train, "valid": valid}
            text = json.dumps(record) + "\n"
            if _is_cut(file):  # by a kill: this is no part of that line
                text = "\n" + text
            file.write(text.encode())


def _is_cut(file):
    """Whether the last line of a file lacks its end."""
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def _need_tensorboard():
    try:
        import torch.utils.tensorboard  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "use_tensorboard: True needs TensorBoard: pip install tensorboard"
        ) from error


class _Tensorboard(TensorboardLogger):
    """SpeechBrain's logger, with the epoch as the step.

    SpeechBrain counts calls, and a run that goes on from a checkpoint would
    draw its later epochs over the first ones.
    """

    def log_stats(self, meta, train, valid):
        done = meta["epoch"] - 1
        self.global_step["meta"] = done
        for name, stats in (("train", train), ("valid", valid)):
            self.global_step[name] = dict.fromkeys(stats or (), done)
        super().log_stats(meta, train, valid)
        if self.writer is not None:
            self.writer.flush()
