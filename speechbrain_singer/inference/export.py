"""Turns a trained encoder into a folder that SingerEncoder loads."""

import inspect
import tempfile
import textwrap
from pathlib import Path

import torch
import yaml

_CHECKPOINT = "encoder.ckpt"
_HPARAMS = "hyperparams.yaml"

_TEMPLATE = """\
# A singer encoder: SingerEncoder.from_hparams(source=<this folder>)
#
# This folder can be moved and copied: it consists of this file and of
# encoder.ckpt, the parameters.

# Long audio is encoded window by window, each as long as this
window_seconds: {window_seconds}

# Two recordings count as the same singer's if their cosine lies above
threshold: {threshold}
# which was set on
calibration:{calibration}

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
    folder, encoder, window_seconds, threshold=None, calibration=None
):
    """Writes an encoder into a folder that `SingerEncoder` loads.

    An encoder that is there already is replaced, at once: whoever looks finds
    the old one or the new one, and never a part.

    Arguments
    ---------
    folder : str or Path
        For example `<output_folder>/encoder`.
    encoder : WaveformEncoder
        Its front end and its network keep what they were built with as
        attributes of the same names, and that is what is written.
    window_seconds : float
        Length of the windows, that of the clips in training.
    threshold : float, optional
        Cosine above which two recordings count as the same singer's.
    calibration : dict, optional
        What the threshold was set on: corpus, numbers of singers and trials,
        error rate, ... in plain numbers and strings.

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
        window_seconds=yaml_scalar(window_seconds),
        threshold="null" if threshold is None else yaml_scalar(threshold),
        calibration=yaml_mapping(calibration) if calibration else " null",
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
    ValueError
        If the file is missing, damaged, or of another encoder.
    """
    advice = "copy or export the encoder anew"
    try:
        parameters = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise ValueError(f"{path}: no such file; {advice}") from error
    # torch, zipfile and pickle each have errors of their own for damage
    except Exception as error:
        raise ValueError(
            f"{path}: the checkpoint is damaged: {advice} ({error})"
        ) from error
    try:
        encoder.load_state_dict(parameters)
    except (RuntimeError, TypeError) as error:
        raise ValueError(
            f"{path}: the checkpoint does not fit {_HPARAMS} beside it: "
            f"{advice} ({error})"
        ) from error


def yaml_scalar(number):
    """A number as YAML reads it: not as 1e-05, which YAML takes for text.

    Example
    -------
    >>> yaml_scalar(0.00001)
    '1.0e-05'
    """
    return yaml.safe_dump(float(number)).split("\n")[0]


def yaml_mapping(values):
    """YAML of a flat mapping, indented below its key.

    Example
    -------
    >>> print("sizes:" + yaml_mapping({"singers": 3}))
    sizes:
        singers: 3
    """
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
    return f"!new:{cls.__module__}.{cls.__qualname__}{yaml_mapping(arguments)}"


def _refuse_foreign(folder):
    """What is replaced is an encoder, not somebody's files."""
    if not folder.exists():
        return
    if not folder.is_dir() or (
        {path.name for path in folder.iterdir()} - {_HPARAMS, _CHECKPOINT}
    ):
        raise FileExistsError(
            f"{folder}: holds other files than an encoder's; export to a "
            "folder of its own"
        )
