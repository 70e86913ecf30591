"""wav2vec 2.0 and its kin, read from folders as the hub has them."""

import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from speechbrain_singer.dataio.hub import local_folder
from speechbrain_singer.lobes.wav2vec2_network import load_transformers

_SETTINGS = ("config.json", "preprocessor_config.json")

# Initialised at random where a checkpoint lacks them; no hidden layer uses them
_UNUSED = {"masked_spec_embed", "classifier", "objective"}


def load_wav2vec2(source, architecture="AutoModel"):
    """Loads a network, and accepts none with parameters missing.

    Arguments
    ---------
    source : str or Path
        A folder, or a repository on the Hugging Face hub.
    architecture : str
        The class of transformers.

    Returns
    -------
    model : transformers.PreTrainedModel
        float32, in evaluation mode.
    extractor : transformers.Wav2Vec2FeatureExtractor
        Which tells the sampling rate, and whether the waveform is normalised.

    Raises
    ------
    ImportError, OSError, ValueError
        As `FrontEnd`.
    """
    transformers = load_transformers(source)
    folder = _model_folder(source)
    with _settings_folder(folder) as path:
        # Or it asks on the terminal whether code of theirs may run
        safe = {"trust_remote_code": False}
        config = transformers.AutoConfig.from_pretrained(path, **safe)
        extractor = transformers.AutoFeatureExtractor.from_pretrained(
            path, **safe
        )
    try:
        model, report = getattr(transformers, architecture).from_pretrained(
            folder, config=config, output_loading_info=True
        )
    # safetensors and pickle each have errors of their own for damage
    except Exception as error:
        raise ValueError(
            f"{folder}: the weights cannot be read: copy {source} anew "
            f"({type(error).__name__}: {error})"
        ) from error
    _refuse_incomplete(report, folder)
    return model.float().eval(), extractor


def _model_folder(source):
    folder = local_folder(source, ["*.json", "model.safetensors"])
    if not (folder / "model.safetensors").is_file():
        folder = local_folder(source, ["*.json", "pytorch_model.bin"])
    for name in _SETTINGS:
        if not (folder / name).is_file():
            raise FileNotFoundError(f"{folder}: no {name} in this folder")
    return folder


@contextmanager
def _settings_folder(folder):
    """A folder of the settings alone, mended where transformers needs it."""
    with tempfile.TemporaryDirectory() as settings:
        for name in _SETTINGS:
            shutil.copy(folder / name, settings)
        config = Path(settings, "config.json")
        try:
            mended = mended_config(json.loads(config.read_text("utf-8")))
        except ValueError as error:
            raise ValueError(f"{folder}/config.json: {error}") from error
        config.write_text(json.dumps(mended), "utf-8")
        yield settings


def mended_config(config):
    """The published settings, a dict, as transformers 5 accepts them.

    music2vec's `vocab_size`, which its encoder has no use for, is a path on
    its authors' machine. MERT comes with code of its own, which does not run
    with transformers 4.48 and later; its network is that of HuBERT, unless
    one of two options is set, which is a ValueError.

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


def _refuse_incomplete(report, folder):
    """transformers leaves what a checkpoint lacks at random values."""
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


def samples_for(frames, config):
    """How many samples the convolutions of a network need for so many frames.

    Example
    -------
    >>> from types import SimpleNamespace
    >>> config = SimpleNamespace(conv_kernel=[10, 3], conv_stride=[5, 2])
    >>> samples_for(1, config)
    20
    """
    for kernel, stride in zip(
        reversed(config.conv_kernel), reversed(config.conv_stride), strict=True
    ):
        frames = (frames - 1) * stride + kernel
    return frames


def normalised(wavs):
    """Each row with mean 0 and variance 1, as Wav2Vec2FeatureExtractor has it.

    [batch, time] to the same. SpeechBrain's wrapper adds 1e-5 to the variance,
    where that adds 1e-7: a recording at -60 dB comes out 10 dB too low there.
    """
    centred = wavs - wavs.mean(dim=1, keepdim=True)
    variance = centred.square().mean(dim=1, keepdim=True)
    return centred / (variance + 1e-7).sqrt()
