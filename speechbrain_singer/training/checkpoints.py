"""Checkpoints that a kill at any moment leaves whole, of one corpus each."""

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import yaml
from speechbrain.utils.checkpoints import METAFNAME, Checkpointer
from speechbrain.utils.distributed import if_main_process, main_process_only

from speechbrain_singer.dataio.files import atomic_open, check_writable

_TRAINED_ON = "trained_on.json"


class AtomicCheckpointer(Checkpointer):
    """SpeechBrain's Checkpointer with the metadata written last.

    A folder counts as a checkpoint once its metadata file stands. SpeechBrain
    writes that file first, so that a run killed while saving leaves a folder
    that counts and cannot be loaded, and one killed while deleting likewise.
    Here the metadata file comes last and lists the others, and a folder that
    lacks one of them does not count.

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
        super().__init__(checkpoints_dir, *args, **kwargs)

    def save_checkpoint(self, *args, **kwargs):
        """As SpeechBrain's; see there."""
        if if_main_process():
            self._remove_unfinished()
        checkpoint = super().save_checkpoint(*args, **kwargs)
        if checkpoint is not None:
            files = sorted(path.name for path in checkpoint.path.iterdir())
            unfinished = checkpoint.path / f"{METAFNAME}.tmp"
            with open(unfinished, "w", encoding="utf-8") as file:
                yaml.safe_dump({**checkpoint.meta, "files": files}, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(unfinished, checkpoint.path / METAFNAME)
        return checkpoint

    def _list_checkpoint_dirs(self):
        """Those that are whole."""
        return [p for p in super()._list_checkpoint_dirs() if _is_whole(p)]

    @main_process_only
    def delete_checkpoints(self, **kwargs):
        """As SpeechBrain's, but decided by the main process alone.

        With `--debug` each process has a folder of its own, and they would
        wait for each other over checkpoints that only one of them has.
        """
        super().delete_checkpoints(**kwargs)

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
        with tempfile.TemporaryDirectory() as elsewhere:
            return super()._save_checkpoint_metafile(
                Path(elsewhere) / fpath.name, meta_to_include, end_of_epoch
            )

    def _remove_unfinished(self):
        """Clears what a killed run began to save or to delete."""
        for path in self.checkpoints_dir.glob("CKPT+*"):
            if path.is_dir() and not _is_whole(path):
                shutil.rmtree(path)


def _is_whole(path):
    try:
        meta = yaml.safe_load((path / METAFNAME).read_text(encoding="utf-8"))
        return all((path / name).exists() for name in meta["files"])
    except (OSError, KeyError, TypeError, yaml.YAMLError):
        return False


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
        If the folder was claimed for others.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> check_same_recordings(folder, [{"ID": "a.wav", "duration": 1.0}])
    >>> (folder / "CKPT+1").mkdir()
    >>> check_same_recordings(folder, [{"ID": "b.wav", "duration": 1.0}])
    Traceback (most recent call last):
    ...
    ValueError: ...holds a run on other recordings...
    """
    note = Path(save_folder) / _TRAINED_ON
    facts = json.dumps([(row["ID"], row["duration"]) for row in rows])
    digest = hashlib.sha256(facts.encode()).hexdigest()
    saved = any(Path(save_folder).glob("CKPT*")) and note.exists()
    if saved and json.loads(note.read_text("utf-8"))["digest"] != digest:
        raise ValueError(
            f"{save_folder} holds a run on other recordings: name another "
            "output_folder, or give the corpus and split of that run to go on"
        )
    with atomic_open(note) as file:
        json.dump({"recordings": len(rows), "digest": digest}, file)
