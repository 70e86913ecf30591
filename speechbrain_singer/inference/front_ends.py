"""One door to all front ends: by name, from a folder, or from the hub."""

import json

from speechbrain_singer.dataio.hub import fetch_repository, find_folder
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.source import HPARAMS_FILE
from speechbrain_singer.lobes.encoder_layers import EncoderLayers
from speechbrain_singer.lobes.front_ends import (
    FRONT_ENDS,
    FrontEnd,
    random_front_end,
)
from speechbrain_singer.lobes.ge2e_layers import GE2ELayers
from speechbrain_singer.lobes.layered import LayeredFrontEnd
from speechbrain_singer.lobes.muq_layers import MUQ, MuQLayers

NAMES = (*FRONT_ENDS, "muq", "ge2e", "random")
_CONFIG = "config.json"  # in a folder of transformers, or of MuQ
_OF_MUQ = "w2v2_config"  # a key that it has there alone


def load_front_end(source, frozen=False):
    """A front end: [batch, time] to [batch, frames, layers, width].

    Arguments
    ---------
    source : str or Path
        One of `NAMES`, of which `random` has random weights; or a folder, or a
        repository on the Hugging Face hub, with a network of the wav2vec 2.0
        kind as transformers has it, with a MuQ, or with an encoder of ours as
        `SingerEncoder.from_hparams` loads it: of one that was trained on a
        front end it is that front end, as it was left.
    frozen : bool
        Whether nothing is trained; `freeze` and `unfreeze` change it.

    Returns
    -------
    front_end : LayeredFrontEnd

    Raises
    ------
    FileNotFoundError
        If there is no front end of that name, and no such folder.
    ImportError
        If a package is missing that the front end needs.
    OSError
        If a repository cannot be fetched.
    ValueError
        If a folder has none of these networks, or a damaged one.

    Example
    -------
    >>> load_front_end("mp3")
    Traceback (most recent call last):
        ...
    FileNotFoundError: no front end 'mp3': there are wav2vec2, ...
    """
    if source == "ge2e":
        return GE2ELayers(frozen, pretrained=True)
    if source == "random":
        return random_front_end(frozen)
    if source in FRONT_ENDS:
        return FrontEnd.load(source, frozen)
    if source == "muq":
        return MuQLayers.load(MUQ, frozen)
    folder = _folder(source)
    if (folder / _CONFIG).is_file():
        is_muq = _OF_MUQ in _settings(folder / _CONFIG)
        return (MuQLayers if is_muq else FrontEnd).load(source, frozen)
    if (folder / HPARAMS_FILE).is_file():
        encoder = SingerEncoder.from_hparams(source).mods.encoder
        features = encoder.features
        if isinstance(features, LayeredFrontEnd):
            return features.freeze() if frozen else features.unfreeze()
        return EncoderLayers(encoder, frozen)
    raise ValueError(
        f"{source}: neither {_CONFIG} of a network of the wav2vec 2.0 kind "
        f"nor {HPARAMS_FILE} of a singer encoder in it"
    )


def _folder(source):
    """With the settings at least, which say what kind of network it is."""
    try:
        folder = find_folder(source)
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"no front end {str(source)!r}: there are {', '.join(NAMES)}, and "
            f"those of folders and repositories ({error})"
        ) from error
    return folder or fetch_repository(source, [_CONFIG, HPARAMS_FILE])


def _settings(path):
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}: copy it anew") from error
