"""Turns a trained encoder into a folder that SingerEncoder loads."""

import inspect
import tempfile
import textwrap
from pathlib import Path

import torch
import yaml

from speechbrain_singer.dataio.weights import read_weights
from speechbrain_singer.inference.stored_calibration import (
    CALIBRATION_FILE,
    store_threshold,
)

_CHECKPOINT = "encoder.ckpt"
_HPARAMS = "hyperparams.yaml"

_TEMPLATE = """\
# A singer encoder: SingerEncoder.from_hparams(source=<this folder>)
#
# This folder can be moved and copied: it consists of this file, encoder.ckpt,
# the parameters, and calibration.yaml, the threshold, once there is one.

# Long audio is encoded window by window, each as long as this
window_seconds: {window_seconds}

features: {features}
encoder: !new:speechbrain_singer.lobes.waveform_encoder.WaveformEncoder
    features: !ref <features>
    encoder: {encoder}
modules:
    encoder: !ref <encoder>

pretrainer: !new:speechbrain.utils.parameter_transfer.Pretrainer
    loadables:
        encoder: !ref <encoder>
    custom_hooks:
        encoder: !name:speechbrain_singer.inference.export.load_parameters
"""


def export_encoder(
    folder, encoder, window_seconds, threshold=None, set_on=None
):
    """Writes an encoder into a folder that `SingerEncoder` loads.

    An encoder that is there already is replaced, at once and its threshold with
    it: whoever looks finds the old one or the new one, and never a part.

    Arguments
    ---------
    folder : str or Path
        For example `<output_folder>/encoder`.
    encoder : WaveformEncoder
        Its front end and its network keep what they were built with as
        attributes of the same names, and that is what is written.
    window_seconds : float
        Length of the windows, that of the clips in training.
    threshold, set_on
        As `store_threshold` takes them; without a threshold if left out.

    Returns
    -------
    folder : Path

    Raises
    ------
    FileExistsError
        If the folder exists and holds something else than an encoder.
    TypeError
        If the encoder cannot be described in YAML.

    Example
    -------
    >>> from speechbrain_singer.lobes.efficientnet import EfficientNet
    >>> from speechbrain_singer.lobes.features import LogMel
    >>> from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
    >>> encoder = WaveformEncoder(LogMel(n_mels=64), EfficientNet())
    >>> folder = export_encoder(
    ...     getfixture("tmp_path") / "encoder", encoder, window_seconds=4.0
    ... )
    >>> sorted(path.name for path in folder.iterdir())
    ['encoder.ckpt', 'hyperparams.yaml']
    """
    folder = Path(folder)
    hparams = _TEMPLATE.format(
        # As YAML reads it: 1e-05 would be text
        window_seconds=yaml.safe_dump(float(window_seconds)).split("\n")[0],
        features=_new(encoder.features),
        encoder=textwrap.indent(_new(encoder.encoder), "    ").lstrip(),
    )
    parameters = {
        name: value.detach().to("cpu", torch.float32)
        if value.is_floating_point()
        else value.cpu()
        for name, value in encoder.state_dict().items()
    }
    _refuse_foreign(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{folder.name}.",
        dir=folder.parent,
        ignore_cleanup_errors=True,
    ) as beside:
        # Folders in it, as it itself is closed to all other users
        fresh, old = Path(beside, "new"), Path(beside, "old")
        fresh.mkdir()
        (fresh / _HPARAMS).write_text(hparams, encoding="utf-8")
        torch.save(parameters, fresh / _CHECKPOINT)
        if threshold is not None:
            store_threshold(fresh, threshold, set_on)
        if folder.exists():
            folder.rename(old)
        try:
            fresh.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    return folder


def load_parameters(encoder, path):
    """Loads an exported checkpoint, and accepts no other.

    SpeechBrain's own way leaves parameters that are missing at random values.

    Arguments
    ---------
    encoder : torch.nn.Module
    path : str or Path

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is damaged, or of another encoder.
    """
    remedy = "copy or export the encoder anew"
    parameters = read_weights(path, remedy)
    try:
        encoder.load_state_dict(parameters)
    except (RuntimeError, TypeError) as error:
        raise ValueError(
            f"{path}: the checkpoint does not fit {_HPARAMS} beside it: "
            f"{remedy} ({error})"
        ) from error


def _arguments(values):
    """YAML of a flat mapping, indented below its key."""
    try:
        text = yaml.safe_dump(values, sort_keys=False)
    except yaml.representer.RepresenterError as error:
        raise TypeError(
            f"cannot be written as YAML: {values}; use plain numbers and "
            "strings"
        ) from error
    return "\n" + textwrap.indent(text, "    ").rstrip()


def _new(module):
    """HyperPyYAML that builds the module again."""
    cls = type(module)
    arguments = {
        name: getattr(module, name)
        for name in inspect.signature(cls).parameters
        # The parameters come from the checkpoint
        if name != "pretrained"
    }
    return f"!new:{cls.__module__}.{cls.__qualname__}{_arguments(arguments)}"


def _refuse_foreign(folder):
    """What is replaced is an encoder, not somebody's files."""
    if not folder.exists():
        return
    if not folder.is_dir() or (
        {path.name for path in folder.iterdir()}
        - {_HPARAMS, _CHECKPOINT, CALIBRATION_FILE}
    ):
        raise FileExistsError(
            f"{folder}: holds other files than an encoder's; export to a "
            "folder of its own"
        )
