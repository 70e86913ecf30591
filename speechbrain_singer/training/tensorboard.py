"""Figures epoch by epoch in TensorBoard."""

from speechbrain.utils import train_logger


class EpochTensorboardLogger(train_logger.TensorboardLogger):
    """SpeechBrain's logger, with the epoch as the step.

    SpeechBrain counts calls, and a run that goes on from a checkpoint would
    draw its later epochs over the first ones.

    Arguments
    ---------
    save_dir : str or Path

    Raises
    ------
    ImportError
        If TensorBoard is not installed.
    """

    def __init__(self, save_dir):
        try:
            super().__init__(str(save_dir))
        except ImportError as error:
            raise ImportError(
                "use_tensorboard: True needs TensorBoard: pip install "
                "tensorboard"
            ) from error

    def log_stats(self, stats_meta, train_stats=None, valid_stats=None):
        """Writes the figures of an epoch.

        Arguments
        ---------
        stats_meta : dict
            With `epoch`.
        train_stats, valid_stats : dict of str to float, optional
        """
        done = stats_meta["epoch"] - 1
        self.global_step["meta"] = done
        for name, stats in (("train", train_stats), ("valid", valid_stats)):
            self.global_step[name] = dict.fromkeys(stats or (), done)
        super().log_stats(stats_meta, train_stats, valid_stats)
        if self.writer is not None:
            self.writer.flush()
