"""Folders with wav2vec 2.0 or one of its kin, as the hub has them."""

import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from speechbrain_singer.baselines.sources import local_folder

# Initialised at random where a checkpoint lacks them; no embedding uses them
_UNUSED = {"masked_spec_embed", "classifier", "objective"}


def need_transformers():
    """The package transformers, or what to do about its absence.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        import transformers
    except ImportError as error:
        raise ImportError(
            "this baseline needs the package transformers: "
            "pip install speechbrain_singer[baselines]"
        ) from error
    return transformers


def model_folder(source):
    """The folder of a transformer, fetched from the hub if need be.

    Arguments
    ---------
    source : str or Path
        A folder, or a repository on the Hugging Face hub.

    Returns
    -------
    folder : Path

    Raises
    ------
    OSError
        If there is no such folder and the repository cannot be fetched.
    """
    folder = local_folder(source, ["*.json", "model.safetensors"])
    if not (folder / "model.safetensors").is_file():
        folder = local_folder(source, ["*.json", "pytorch_model.bin"])
    return folder


@contextmanager
def settings_folder(folder):
    """A folder of the settings alone, mended where transformers needs it.

    Arguments
    ---------
    folder : Path
        Of a transformer.

    Yields
    ------
    settings : str
        A temporary folder with its JSON files.
    """
    with tempfile.TemporaryDirectory() as settings:
        for path in folder.glob("*.json"):
            shutil.copy(path, settings)
        config = Path(settings, "config.json")
        if not config.is_file():
            raise FileNotFoundError(f"{folder}: no config.json in this folder")
        try:
            mended = mended_config(json.loads(config.read_text("utf-8")))
        except ValueError as error:
            raise ValueError(f"{folder}/config.json: {error}") from error
        config.write_text(json.dumps(mended), "utf-8")
        yield settings


def mended_config(config):
    """The published settings, as transformers 5 accepts them.

    music2vec's `vocab_size`, which its encoder has no use for, is a path on
    its authors' machine. MERT comes with code of its own, which does not run
    with transformers 4.48 and later; its network is that of HuBERT, unless
    one of two options is set.

    Arguments
    ---------
    config : dict
        What config.json holds.

    Returns
    -------
    config : dict

    Raises
    ------
    ValueError
        If it is a MERT with such an option.

    Example
    -------
    >>> mended_config({"model_type": "mert_model", "hidden_size": 768})
    {'model_type': 'hubert', 'hidden_size': 768}
    """
    config = dict(config)
    if not isinstance(config.get("vocab_size", 0), int):
        del config["vocab_size"]
    if config.get("model_type") == "mert_model":
        for option in ("feature_extractor_cqt", "deepnorm"):
            if config.get(option):
                raise ValueError(
                    f"a MERT with {option}, which HuBERT has not; use "
                    "m-a-p/MERT-v0-public or m-a-p/MERT-v1-95M"
                )
        config["model_type"] = "hubert"
        config.pop("auto_map", None)
    return config


def refuse_incomplete(report, folder):
    """Refuses a checkpoint of which parameters were left at random values.

    Arguments
    ---------
    report : dict
        What `from_pretrained` returns for `output_loading_info=True`.
    folder : Path
        Of the checkpoint.

    Raises
    ------
    ValueError
        If parameters that count are missing.
    """
    missing = [
        key
        for key in sorted(report["missing_keys"])
        if not _UNUSED.intersection(key.split("."))
    ]
    if missing:
        raise ValueError(
            f"{folder}: the checkpoint lacks {len(missing)} parameters, such "
            f"as {missing[0]}; copy the model's repository anew"
        )


def min_samples(config, frames=1):
    """How many samples the convolutions need to give so many frames.

    Arguments
    ---------
    config : transformers.PretrainedConfig
        With `conv_kernel` and `conv_stride`.
    frames : int

    Returns
    -------
    samples : int

    Example
    -------
    >>> from types import SimpleNamespace
    >>> layers = SimpleNamespace(conv_kernel=[10, 3], conv_stride=[5, 2])
    >>> min_samples(layers)
    20
    """
    for kernel, stride in zip(
        reversed(config.conv_kernel), reversed(config.conv_stride), strict=True
    ):
        frames = (frames - 1) * stride + kernel
    return frames


def normalised(wavs):
    """Mean 0 and variance 1, as Wav2Vec2FeatureExtractor gives them.

    SpeechBrain's wrapper adds 1e-5 to the variance, where that adds 1e-7: a
    recording at -60 dB comes out 10 dB too low.

    Arguments
    ---------
    wavs : torch.Tensor
        [rows, time]

    Returns
    -------
    normalised : torch.Tensor
        [rows, time]
    """
    centred = wavs - wavs.mean(dim=1, keepdim=True)
    variance = centred.square().mean(dim=1, keepdim=True)
    return centred / (variance + 1e-7).sqrt()
