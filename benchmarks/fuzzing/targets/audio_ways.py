"""Ways to damage an audio file, and what is right of what is left."""

from typing import NamedTuple

import numpy as np

from fuzzing.findings import Finding

WAYS = []


class Damaged(NamedTuple):
    """A damaged file: `check` is asked if it is accepted."""

    what: str
    data: bytes
    right: bool = None
    check: object = None
    name: str = ""


def way(*kinds, times=1):
    """Registers a way to damage files of these kinds, all if left out."""

    def register(function):
        function.suits = lambda sound: not kinds or sound.kind in kinds
        WAYS.extend([function] * times)
        return function

    return register


def equal(sound, samples, rate, what):
    """What was read is the whole file's audio."""
    _length(sound, samples, what, 1, 1)
    if not np.allclose(samples, sound.samples, atol=1e-4):
        raise Finding("wrong", f"{what}: samples")


def beginning(sound, samples, rate, what):
    """What was read is how the whole file's audio begins."""
    if len(samples) > len(sound.samples) + 1152:  # a frame of an MP3
        raise Finding("wrong", f"{what}: longer", f"{len(samples)}")
    if sound.kind == "MP3":  # half a frame later without its last frame
        return
    whole = sound.samples[: len(samples) - 2000]
    if not np.allclose(samples[: len(whole)], whole, atol=0.05):
        raise Finding("wrong", f"{what}: samples")


def _length(sound, samples, what, least, most):
    whole = len(sound.samples)
    if not least * whole <= len(samples) <= most * whole:
        message = f"{len(samples)} samples of {whole}"
        raise Finding("wrong", f"{what}: length", message)


def nearly(sound, samples, rate, what):
    """As long as the whole file, but for a few frames of the codec."""
    _length(sound, samples, what, 0.75, 1.25)


def twofold(sound, samples, rate, what):
    """Twice as long, but for a few frames of the codec."""
    _length(sound, samples, what, 1.75, 2.25)
