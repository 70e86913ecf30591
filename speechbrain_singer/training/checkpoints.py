"""Checkpoints that a kill at any moment leaves whole, of one corpus each."""

import os
import shutil
from pathlib import Path

from speechbrain.utils.checkpoints import Checkpointer
from speechbrain.utils.distributed import if_main_process, main_process_only

from speechbrain_singer.dataio.files import check_writable, full_disk_named
from speechbrain_singer.runs.recordings import check_recordings
from speechbrain_singer.training.checkpoint_files import (
    check_digests,
    finish,
    is_unfinished,
    is_whole,
)

_TRAINED_ON = "trained_on.json"

# What a checkpointer adds to the figures of a checkpoint
_NO_FIGURES = ("unixtime", "end-of-epoch", "files", "sha256")


class AtomicCheckpointer(Checkpointer):
    """SpeechBrain's Checkpointer with the metadata written last.

    A folder counts as a checkpoint once its metadata file stands. SpeechBrain
    writes that file first, so that a run killed while saving leaves a folder
    that counts and cannot be loaded, and one killed while deleting likewise.
    Here the metadata file comes last and lists the others with their digests.
    A folder that lacks one of them does not count, and is removed by the next
    run; one of which a bit has changed is not loaded. What SpeechBrain's own
    Checkpointer wrote counts as it stands.

    Arguments
    ---------
    checkpoints_dir : str
        Where the checkpoints are.
    recoverables : mapping, optional
        Objects to save and load, by name.
    **kwargs : dict
        As `speechbrain.utils.checkpoints.Checkpointer` has them.

    Raises
    ------
    OSError
        If nothing can be written there.

    Example
    -------
    >>> import torch
    >>> folder = getfixture("tmp_path")
    >>> model = torch.nn.Linear(2, 2)
    >>> checkpointer = AtomicCheckpointer(folder, {"model": model})
    >>> checkpoint = checkpointer.save_checkpoint(meta={"EER": 0.1})
    >>> checkpointer.recover_if_possible(min_key="EER").meta["EER"]
    0.1
    """

    def __init__(self, checkpoints_dir, *args, **kwargs):
        check_writable(checkpoints_dir)
        self._listed = None
        super().__init__(checkpoints_dir, *args, **kwargs)

    def save_checkpoint(self, *args, **kwargs):
        """As SpeechBrain's; OSError names the folder of a full disk."""
        self._remove_unfinished()
        try:
            with full_disk_named(self.checkpoints_dir):
                checkpoint = super().save_checkpoint(*args, **kwargs)
                if checkpoint is not None:
                    finish(checkpoint)
        except OSError:
            self._remove_unfinished()  # which may take the last of the space
            raise
        return checkpoint

    def save_and_keep_only(self, *args, importance_keys=(), **kwargs):
        """As SpeechBrain's, whose own list of keys grows with each call."""
        kwargs["importance_keys"] = list(importance_keys)
        super().save_and_keep_only(*args, **kwargs)

    def recover_if_possible(self, *args, **kwargs):
        """As SpeechBrain's; clears what a killed run began to save."""
        self._remove_unfinished()
        return super().recover_if_possible(*args, **kwargs)

    def _list_checkpoint_dirs(self):
        """Those that are whole."""
        return [p for p in super()._list_checkpoint_dirs() if is_whole(p)]

    def list_checkpoints(self):
        """As SpeechBrain's; what is to be deleted is decided by one list."""
        if self._listed is not None:
            return self._listed
        return super().list_checkpoints()

    @main_process_only
    def delete_checkpoints(self, **kwargs):
        """As SpeechBrain's, but decided by the main process alone.

        With `--debug` each process has a folder of its own, and they would
        wait for each other over checkpoints that only one of them has. It
        reads the metadata once, not twice for each key.
        """
        self._listed = self.list_checkpoints()
        try:
            super().delete_checkpoints(**kwargs)
        finally:
            self._listed = None

    def load_checkpoint(self, checkpoint):
        """As SpeechBrain's, but an error names the checkpoint.

        Arguments
        ---------
        checkpoint : Checkpoint

        Raises
        ------
        RuntimeError
            If the checkpoint is corrupt or of another model.
        """
        try:
            check_digests(checkpoint)
            super().load_checkpoint(checkpoint)
        except Exception as error:
            raise RuntimeError(
                f"the checkpoint {checkpoint.path} cannot be loaded: it is "
                f"corrupt or of a model with other settings ({error}). Delete "
                "that folder to go on from the checkpoint before it, or "
                "choose another output_folder to start anew."
            ) from error

    def _save_checkpoint_metafile(self, fpath, meta_to_include, end_of_epoch):
        # Asks SpeechBrain for the metadata, and leaves the file for later
        return super()._save_checkpoint_metafile(
            Path(os.devnull), meta_to_include, end_of_epoch
        )

    def _remove_unfinished(self):
        """Clears what a killed run began to save or to delete."""
        if not if_main_process():
            return
        for path in self.checkpoints_dir.glob("CKPT+*"):
            if path.is_dir() and is_unfinished(path):
                shutil.rmtree(path)


def figures_of(checkpoint):
    """What a checkpoint was saved with, without what its files need.

    Arguments
    ---------
    checkpoint : speechbrain.utils.checkpoints.Checkpoint

    Returns
    -------
    figures : dict
    """
    return {k: v for k, v in checkpoint.meta.items() if k not in _NO_FIGURES}


def check_same_recordings(save_folder, rows):
    """Refuses to go on from checkpoints that saw other recordings.

    A folder without checkpoints is claimed for these recordings.

    Arguments
    ---------
    save_folder : str or Path
        Where the checkpoints are.
    rows : list of dict
        Of the training manifest. Where its files lie does not matter.

    Raises
    ------
    ValueError
        If the folder was claimed for others, or its note of them is damaged.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> check_same_recordings(folder, [{"ID": "a.wav", "duration": 1.0}])
    >>> (folder / "CKPT+1").mkdir()
    >>> check_same_recordings(folder, [{"ID": "b.wav", "duration": 1.0}])
    Traceback (most recent call last):
    ...
    ValueError: ...holds results of other recordings...
    """
    note = Path(save_folder) / _TRAINED_ON
    check_recordings(note, rows, any(Path(save_folder).glob("CKPT*")))
