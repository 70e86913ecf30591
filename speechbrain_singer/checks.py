"""Checks of settings, and of what goes through a network."""

import math
from numbers import Integral, Real


def check_range(name, low, high, least=-math.inf, most=math.inf):
    """Refuses a range that is empty, not finite, or reaches too far.

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
        If it is not least <= low <= high <= most, or not finite.

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
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(
            f"{name}: from {low} to {high}: must be finite numbers"
        )
    if not (least <= low and high <= most):
        raise ValueError(
            f"{name}: from {low} to {high}: must lie within {least} to {most}"
        )


def check_number(name, number, least, above=False, most=math.inf):
    """Refuses what is no finite number, or too small or too large.

    Arguments
    ---------
    name : str
        What the number is of, with its unit, for the message.
    number : float
    least : float
    above : bool
        Whether it has to be larger than that.
    most : float

    Raises
    ------
    ValueError
        If it is not as said.

    Example
    -------
    >>> check_number("lr", 0.1, least=0)
    >>> check_number("temperature", 0.0, least=0, above=True)
    Traceback (most recent call last):
    ValueError: temperature: 0.0: must be a finite number above 0
    """
    is_number = isinstance(number, Real) and not isinstance(number, bool)
    # Written so that NaN is refused too
    if is_number and least <= number <= most and number < math.inf:
        if number > least or not above:
            return
    bounds = [f"above {least}" if above else f"of {least} at least"]
    if most < math.inf:
        bounds.append(f"{most} at most")
    wanted = "a finite number"
    if least > -math.inf:
        wanted += f" {' and '.join(bounds)}"
    raise ValueError(f"{name}: {number!r}: must be {wanted}")


def check_choice(name, value, choices):
    """Refuses what is none of some names.

    Arguments
    ---------
    name : str
        What the value is of, for the message.
    value : str
    choices : sequence of str

    Raises
    ------
    ValueError
        If it is none of them.

    Example
    -------
    >>> check_choice("annotator", "A3", ("A1", "A2"))
    Traceback (most recent call last):
    ValueError: annotator: 'A3': must be one of A1, A2
    """
    if value not in choices:
        raise ValueError(
            f"{name}: {value!r}: must be one of {', '.join(choices)}"
        )


def check_whole(name, number, least, most=math.inf):
    """Refuses what is no whole number, or not within bounds.

    Arguments
    ---------
    name : str
        What the number is of, with its unit, for the message.
    number : int
    least, most : int

    Raises
    ------
    ValueError
        If it is not an integer from the one to the other.

    Example
    -------
    >>> check_whole("sample rate in Hz", 44100, least=1)
    >>> check_whole("sample rate in Hz", 0, least=1)
    Traceback (most recent call last):
    ValueError: sample rate in Hz: 0: must be a whole number, 1 at least
    """
    is_whole = isinstance(number, Integral) and not isinstance(number, bool)
    if not (is_whole and least <= number <= most):
        bounds = f"{least} at least"
        if most < math.inf:
            bounds += f" and {most} at most"
        raise ValueError(
            f"{name}: {number!r}: must be a whole number, {bounds}"
        )


def check_clip_seconds(seconds):
    """Refuses what is no length of a clip.

    Example
    -------
    >>> check_clip_seconds(4.0)
    >>> check_clip_seconds(0)
    Traceback (most recent call last):
    ValueError: clip_seconds: 0: must be a finite number above 0 and 3600 \
at most
    """
    # Longer ones are a slip, and would not fit in memory
    check_number("clip_seconds", seconds, least=0, above=True, most=3600)


def check_frequencies(name, low, high, sample_rate):
    """As `check_range`, of frequencies in Hz that a filter can have.

    The sample rate is checked too.

    Example
    -------
    >>> check_frequencies("cut-off", 3400.0, 30000.0, 44100)
    Traceback (most recent call last):
    ValueError: cut-off in Hz: from 3400.0 to 30000.0: must lie above 0 and \
below half the sample rate, 22050.0
    """
    check_whole("sample rate in Hz", sample_rate, least=1)
    check_range(f"{name} in Hz", low, high)
    if not (low > 0 and high < sample_rate / 2):
        raise ValueError(
            f"{name} in Hz: from {low} to {high}: must lie above 0 and below "
            f"half the sample rate, {sample_rate / 2}"
        )


def check_finite(projections):
    """Refuses projections with infinities or NaN.

    Arguments
    ---------
    projections : torch.Tensor
        [batch, dim]

    Raises
    ------
    ValueError
        That says how many examples are concerned, and which is the first.

    Example
    -------
    >>> import torch
    >>> check_finite(torch.tensor([[1.0], [torch.nan]]))
    Traceback (most recent call last):
    ...
    ValueError: the projections of 1 of 2 examples are not finite (the first \
is example 1): the training has diverged, or its input is not finite; lower \
lr, lengthen the warm-up, or use --precision fp32
    """
    finite = projections.isfinite().all(dim=1)
    if not finite.all():
        bad = (~finite).nonzero().flatten().tolist()
        raise ValueError(
            f"the projections of {len(bad)} of {len(finite)} examples are not "
            f"finite (the first is example {bad[0]}): the training has "
            "diverged, or its input is not finite; lower lr, lengthen the "
            "warm-up, or use --precision fp32"
        )
