"""Encoders by name: bundled, a folder, a hub repository, or a baseline."""

import inspect
from pathlib import Path

import torch

from speechbrain_singer.baselines import BASELINES, load_baseline
from speechbrain_singer.distributed import on_main, several_processes
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.scores import COSINE, SQUARED_DISTANCE
from speechbrain_singer.inference.source import encoder_folder

# Of a recipe's options no others: Pretrained would wrap for torchrun
OPTIONS = ("device", "precision")
INTERFACE = ("sample_rate", "dimension", "encode_batch")
# Names of folders that say nothing of the encoder in them
GENERIC = {"encoder", "results", "pretrained"}


def load_encoder(encoder, run_opts=None):
    """Loads an encoder by its name.

    Arguments
    ---------
    encoder : str or Path or object
        A name in `baselines.BASELINES`, or what `SingerEncoder` loads: the
        name of a bundled encoder, a folder, or a repository on the Hugging
        Face hub. An object, which a YAML built with `!new:`, is an encoder
        already.
    run_opts : dict, optional
        SpeechBrain's, such as `{"device": "cuda:0"}`.

    Returns
    -------
    encoder : object
        With `sample_rate`, `dimension` and `encode_batch`, in evaluation mode.

    Raises
    ------
    OSError
        If it is no folder and no baseline (FileNotFoundError), or a hub
        repository that cannot be fetched.
    ValueError
        As `SingerEncoder.from_hparams`: an encoder that needs
        `trust_remote_code` is loaded by that, and given as an object.
    TypeError
        If an object is no encoder.

    Example
    -------
    >>> load_encoder("mfcc").dimension
    40
    """
    given = (run_opts or {}).items()
    options = {name: own for name, own in given if name in OPTIONS and own}
    device = options.get("device", "cpu")
    if encoder in list(BASELINES):
        return load_baseline(encoder, device)
    if isinstance(encoder, (str, Path)):
        try:
            if several_processes():
                # What cannot be fetched fails alike on all of them
                on_main(encoder_folder, encoder)
            return SingerEncoder.from_hparams(encoder, run_opts=options)
        except OSError as error:
            raise type(error)(
                f"{error}; the baselines are {', '.join(sorted(BASELINES))}"
            ) from error
    lacking = [name for name in INTERFACE if not hasattr(encoder, name)]
    if lacking or inspect.isclass(encoder):
        raise TypeError(
            f"{encoder!r} is no encoder: it lacks {', '.join(lacking)}; see "
            "speechbrain_singer.baselines for what one looks like"
        )
    # A SingerEncoder was built for its device
    if isinstance(encoder, torch.nn.Module) and not hasattr(encoder, "mods"):
        encoder.to(device).eval()
    return encoder


def by_distance(encoder):
    """Whether an encoder's recordings are compared by squared distance.

    Arguments
    ---------
    encoder : object
        Those without a `score`, as `SingerEncoder` has it, are compared by
        cosine.

    Returns
    -------
    is_so : bool
    """
    return getattr(encoder, "score", COSINE) == SQUARED_DISTANCE


def own_back_end(encoder):
    """The name in `scoring.BACK_ENDS` of an encoder's own score.

    Example
    -------
    >>> own_back_end(load_encoder("mfcc"))
    'cosine'
    """
    return "distance" if by_distance(encoder) else "cosine"


def short_name(encoder):
    """A name for files and tables, from what `load_encoder` takes.

    Arguments
    ---------
    encoder : str or Path or object

    Returns
    -------
    name : str

    Example
    -------
    >>> short_name("results/byol/1234/encoder")
    'byol-1234'
    >>> short_name("someone/singers")
    'someone-singers'
    >>> short_name("mfcc")
    'mfcc'
    """
    if not isinstance(encoder, (str, Path)):
        return type(encoder).__name__
    parts = [
        p for p in Path(encoder).parts if p not in GENERIC and p.strip("./\\")
    ]
    return "-".join(parts[-2:]) or "encoder"
