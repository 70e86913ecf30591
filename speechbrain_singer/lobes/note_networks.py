"""Networks that are trained on notes from random weights, by their names."""

from typing import NamedTuple

import torch

from speechbrain_singer.lobes.cqt import CQTDecibels
from speechbrain_singer.lobes.note_cnn import NoteCNN
from speechbrain_singer.lobes.note_efficientnet import NoteEfficientNet

_C2 = 440 * 2 ** (-33 / 12)  # Hz, MIDI 36
_QUARTER_TONES = {"bins_per_octave": 24, "f_min": _C2}


class NoteNetwork(NamedTuple):
    """A constant-Q transform, and a network on it.

    Arguments
    ---------
    features : CQTDecibels
    encoder : torch.nn.Module
        [batch, bins, frames] to [batch, frames, embedding_dim].
    """

    features: CQTDecibels
    encoder: torch.nn.Module


def note_network(name):
    """A network with its transform.

    Arguments
    ---------
    name : str
        `cnn`: a small one for few songs and a CPU, 50 frames a second at 22.05
        kHz. `efficientnet`: as published (Wang and Jang, ICASSP 2021), 43
        frames a second at 44.1 kHz.

    Returns
    -------
    network : NoteNetwork

    Raises
    ------
    ValueError
        If there is none of that name.

    Example
    -------
    >>> network = note_network("cnn")
    >>> network.encoder(network.features(torch.zeros(1, 22050))).shape
    torch.Size([1, 51, 128])
    """
    if name == "cnn":
        features = CQTDecibels(22050, 441, n_bins=144, **_QUARTER_TONES)
        return NoteNetwork(features, NoteCNN(features.n_bins))
    if name == "efficientnet":
        features = CQTDecibels(44100, 1024, n_bins=168, **_QUARTER_TONES)
        return NoteNetwork(features, NoteEfficientNet())
    raise ValueError(
        f"network: {name!r}: there are cnn and efficientnet, and front ends in "
        "hparams/front_end_notes.yaml"
    )
