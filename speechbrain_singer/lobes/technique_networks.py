"""Networks that tell techniques apart from random weights, by their names."""

from speechbrain_singer.lobes.multi_resolution import MultiResolutionDecibels
from speechbrain_singer.lobes.oblong_cnn import OblongCNN
from speechbrain_singer.lobes.waveform import Waveform
from speechbrain_singer.lobes.waveform_cnn import WaveformCNN
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

_RATE = 44100  # Hz, as published


def technique_network(name, seconds):
    """A network with what it hears, at 44.1 kHz.

    Arguments
    ---------
    name : str
        `1D CNN`, of the waveform (Wilkins et al., ISMIR 2018); or `oblong
        CNN`, of three spectrograms (Yamamoto et al., APSIPA 2021).
    seconds : float
        Of the chunks; the first takes chunks of this length only.

    Returns
    -------
    network : WaveformEncoder

    Raises
    ------
    ValueError
        If there is none of that name.

    Example
    -------
    >>> network = technique_network("1D CNN", seconds=2.0)
    >>> network.encoder.samples
    88200
    """
    if name == "1D CNN":
        samples = round(seconds * _RATE)
        return WaveformEncoder(Waveform(_RATE), WaveformCNN(samples))
    if name == "oblong CNN":
        return WaveformEncoder(MultiResolutionDecibels(_RATE), OblongCNN())
    raise ValueError(
        f"network: {name!r}: there are 1D CNN and oblong CNN, and front ends "
        "in hparams/front_end_technique.yaml"
    )
