"""The shortest recording that an encoder takes."""

import math
from numbers import Real

# What is shorter says nothing about a voice
_MIN_SECONDS = 0.1


def shortest_seconds(encoder, window_seconds):
    """The shortest recording that an encoder takes with windows of a length.

    A network may say how many frames it takes, as `SingerCNN` does: by
    `min_frames`, and by `max_frames`, of which a window has no more. They are
    the same of one that is built for one length. Its front end then has
    `samples_for`.

    Arguments
    ---------
    encoder : WaveformEncoder
    window_seconds : float

    Returns
    -------
    seconds : float
        At most `window_seconds`, but for rounding.

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
    rate, samples = encoder.sample_rate, features.min_samples
    fewest = getattr(network, "min_frames", None)
    if fewest is not None:
        samples = max(samples, features.samples_for(fewest))
    least = max(_MIN_SECONDS, samples / rate)
    is_number = isinstance(window_seconds, Real)
    is_number = is_number and not isinstance(window_seconds, bool)
    # In samples: seconds are rounded
    if not (
        is_number
        and math.isfinite(window_seconds)
        and round(window_seconds * rate) >= round(least * rate)
    ):
        raise ValueError(
            f"window_seconds is {window_seconds}, but the encoder needs at "
            f"least {least:.3f} s"
        )
    most = getattr(network, "max_frames", None)
    if most is not None and (
        round(window_seconds * rate) >= features.samples_for(most + 1)
    ):
        raise ValueError(
            f"window_seconds is {window_seconds}, but the encoder takes at "
            f"most {most} frames: {features.samples_for(most) / rate} s"
        )
    return least
