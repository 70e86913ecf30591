"""How loud a recording is to who listens for a voice."""

import math
from functools import lru_cache

import torch
import torch.nn.functional as F

# Below lie an offset and what drifts; up to the second, rumble
_OFFSET_HZ, _RUMBLE_HZ = 20, 200
_MAINS_HZ = 50, 60
_HARMONICS_HZ = 2000  # those of the mains above are weak
_FRAME_SECONDS = 0.5
_MAINS_DRIFT = 0.004  # 0.2 Hz of 50, and as often as that in a harmonic
# Hardly anybody leaves hum as loud as this: it is a voice or a tone
_LOUDEST_HUM = 10 ** (-40 / 10)


def offset_of(waveform):
    """The constant that a waveform is displaced by, by a weighted mean.

    Its weights fall to both ends, or what part of a period is left over there
    would be taken for an offset.

    Arguments
    ---------
    waveform : torch.Tensor
        [time].

    Returns
    -------
    offset : torch.Tensor
        [].

    Example
    -------
    >>> tone = torch.sin(torch.arange(1000) / 10)
    >>> tone.mean().item() > 1e-3, abs(offset_of(tone).item()) < 1e-5
    (True, True)
    """
    weights = _window(len(waveform), waveform.device)
    return torch.dot(waveform, weights) / weights.sum()


def loudness(waveform, sample_rate):
    """The level of a waveform without offset, rumble and mains hum.

    Rumble is what lies below 200 Hz, and hum what lies within 4 Hz of a
    multiple of 50 or 60 Hz, and of 12 Hz where it ends, at 2 kHz: the mains
    may be 0.4 % off. A voice has harmonics elsewhere, and no voice holds all
    of them there. What is left out counts from -40 dB on.

    Arguments
    ---------
    waveform : torch.Tensor
        [time].
    sample_rate : int
        In Hz.

    Returns
    -------
    level : float
        Root mean square, in dB relative to full scale; -200 of silence.

    Example
    -------
    >>> time = torch.arange(8000) / 8000
    >>> tone = 0.01 * torch.sin(2 * torch.pi * 1230 * time)
    >>> hum = 0.01 * torch.sin(2 * torch.pi * 50 * time)
    >>> round(loudness(tone, 8000)), round(loudness(tone + hum + 0.1, 8000))
    (-43, -43)
    >>> loudness(hum, 8000) < -100
    True
    """
    waveform = waveform.detach()
    power = _power_of_no_hum(waveform, sample_rate)
    if power is None:
        power = _power_without_hum(waveform, sample_rate)
    return 10 * math.log10(power + 1e-20)


def _power_of_no_hum(waveform, sample_rate):
    """That of the waveform as it is, if it can be no hum; None if it can.

    The loudest hum, were all of it at 1 kHz, changes less from one sample to
    the next. Most of what is sung changes more: that need not be analysed.
    """
    if len(waveform) < 2:
        return None
    change = waveform.diff().square().mean().item() / 4
    if change <= _LOUDEST_HUM * math.sin(math.pi * 1000 / sample_rate) ** 2:
        return None
    return waveform.square().mean().item() - waveform.mean().item() ** 2


def _power_without_hum(waveform, sample_rate):
    size = min(round(_FRAME_SECONDS * sample_rate), len(waveform))
    window, voice, hum, high = _weights(size, sample_rate, waveform.device)
    power = _spectra(waveform, window)
    # Those at both ends mirror the audio: what hums would not go on as it was
    inner = power[1:-1].mean(dim=0)
    ends = (power[0] + power[-1]) / len(power)
    sung = max(torch.dot(inner, voice).item(), torch.dot(ends, high).item())
    hummed = torch.dot(inner, hum).item()
    return sung + max(0.0, hummed - _LOUDEST_HUM)


def _spectra(waveform, window):
    """Power of frames that overlap by half: [frames, bins]."""
    size = len(window)
    hop = max(1, size // 2)
    padding = hop, hop + -len(waveform) % hop
    mode = "reflect" if max(padding) < len(waveform) else "constant"
    padded = F.pad(waveform[None], padding, mode=mode)[0]
    spectra = torch.fft.rfft(padded.unfold(0, size, hop) * window)
    return spectra.real.square() + spectra.imag.square()


@lru_cache(maxsize=8)
@torch.inference_mode(False)  # or they could have no gradients later
@torch.no_grad()
def _weights(size, sample_rate, device):
    """A window; and for the bins what they add to voice, hum and high band."""
    window = _window(size, device)
    hertz = torch.fft.rfftfreq(size, 1 / sample_rate, device=device)
    width = 2 * sample_rate / size  # of the window's main lobe
    hum = hertz < _RUMBLE_HZ
    for mains in _MAINS_HZ:
        off = (hertz - mains * (hertz / mains).round()).abs()
        near = width + _MAINS_DRIFT * hertz
        hum |= (off <= near) & (hertz <= _HARMONICS_HZ)
    # Both halves of the spectrum, and the power of the window is taken out
    weight = 2 / (size * window.square().sum())
    weight = weight * (hertz >= max(_OFFSET_HZ, width))
    return window, weight * ~hum, weight * hum, weight * (hertz > _HARMONICS_HZ)


@lru_cache(maxsize=4)  # as large as waveforms
@torch.inference_mode(False)
def _window(size, device):
    return torch.hann_window(size, device=device)
