"""The shortest recording that an encoder takes."""

import math
from numbers import Real

# What is shorter says nothing about a voice
_MIN_SECONDS = 0.1


def shortest_seconds(encoder, window_seconds):
    """The shortest recording that an encoder takes with windows of a length.

    A network without aggregation over the frames, as `SingerCNN` may be,
    takes whole windows only, and windows of one length only.

    Arguments
    ---------
    encoder : WaveformEncoder
    window_seconds : float

    Returns
    -------
    seconds : float
        At most `window_seconds`.

    Raises
    ------
    ValueError
        If `window_seconds` is no number, or not as the encoder needs it.

    Example
    -------
    >>> from speechbrain_singer.lobes.efficientnet import EfficientNet
    >>> from speechbrain_singer.lobes.features import LogMel
    >>> from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
    >>> shortest_seconds(WaveformEncoder(LogMel(), EfficientNet()), 4.0)
    0.1
    """
    features, network = encoder.features, encoder.encoder
    # A network's pools may want several frames
    frames = getattr(network, "shrinkage", 1)
    least = max(
        _MIN_SECONDS,
        features.min_samples / encoder.sample_rate,
        (frames - 1) * getattr(features, "hop_length", 0) / encoder.sample_rate,
    )
    is_number = isinstance(window_seconds, Real)
    is_number = is_number and not isinstance(window_seconds, bool)
    if not is_number or not least <= window_seconds < math.inf:
        raise ValueError(
            f"window_seconds is {window_seconds}, but the encoder needs at "
            f"least {least:.3f} s"
        )
    if getattr(network, "aggregation", None) != "none":
        return least
    samples = round(window_seconds * encoder.sample_rate)
    frames = 1 + samples // features.hop_length
    if frames != network.frames:
        exact = (network.frames - 1) * features.hop_length
        raise ValueError(
            f"window_seconds is {window_seconds}, which is {frames} frames, "
            f"but without aggregation the network takes {network.frames}: "
            f"{exact / encoder.sample_rate} s"
        )
    return window_seconds
