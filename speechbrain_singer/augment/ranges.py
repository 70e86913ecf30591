"""Checks of the ranges that transforms draw from."""

import math


def check_range(name, low, high, least=-math.inf, most=math.inf):
    """Refuses a range that is empty or reaches too far.

    Arguments
    ---------
    name : str
        What the range is of, with its unit, for the message.
    low, high : float
        The range.
    least, most : float
        What it may reach.

    Raises
    ------
    ValueError
        If it is not least <= low <= high <= most.

    Example
    -------
    >>> check_range("SNR in dB", 0.0, 20.0)
    >>> check_range("SNR in dB", 20.0, 0.0)
    Traceback (most recent call last):
    ValueError: SNR in dB: from 20.0 to 0.0: the first must not be the larger
    """
    # Written so that NaN is refused too
    if not low <= high:
        raise ValueError(
            f"{name}: from {low} to {high}: the first must not be the larger"
        )
    if not (least <= low and high <= most):
        raise ValueError(
            f"{name}: from {low} to {high}: must lie within {least} to {most}"
        )


def check_frequencies(name, low, high, sample_rate):
    """As `check_range`, of frequencies in Hz that a filter can have.

    Example
    -------
    >>> check_frequencies("cut-off", 3400.0, 30000.0, 44100)
    Traceback (most recent call last):
    ValueError: cut-off in Hz: from 3400.0 to 30000.0: must lie above 0 and \
below half the sample rate, 22050.0
    """
    check_range(f"{name} in Hz", low, high)
    if not (low > 0 and high < sample_rate / 2):
        raise ValueError(
            f"{name} in Hz: from {low} to {high}: must lie above 0 and below "
            f"half the sample rate, {sample_rate / 2}"
        )
