"""What is measured on singing, to compare a technique with another one."""

import numpy as np
import pytest
import scipy.signal

from speechbrain_singer.synthesis import SAMPLE_RATE


def f0_track(waveform, low, high):
    """Praat's F0 in Hz every 5 ms, where there is voice."""
    pitch = _sound(waveform).to_pitch(
        0.005, pitch_floor=low, pitch_ceiling=high
    )
    f0 = pitch.selected_array["frequency"]
    return f0[f0 > 0]


def harmonicity(waveform, low):
    """Praat's harmonics-to-noise ratio in dB, its median over time."""
    ratios = _sound(waveform).to_harmonicity_cc(0.01, low).values
    return np.median(ratios[ratios > -150])


def modulation(track, step, low, high):
    """Rate in Hz and amplitude of the strongest wave in a track."""
    window = np.hanning(len(track))
    wave = (track - np.average(track, weights=window)) * window
    spectrum = np.abs(np.fft.rfft(wave, 2**15)) * 2 / window.sum()
    hertz = np.fft.rfftfreq(2**15, step)
    spectrum[(hertz < low) | (hertz > high)] = 0
    return hertz[spectrum.argmax()], spectrum.max()


def envelope(waveform, cutoff=120.0, rate=1050):
    """Amplitude below `cutoff` Hz, `rate` values a second."""
    low_pass = scipy.signal.butter(4, cutoff, fs=SAMPLE_RATE, output="sos")
    smooth = scipy.signal.sosfiltfilt(low_pass, np.abs(waveform))
    return smooth[:: SAMPLE_RATE // rate]


def level(waveform, low, high):
    """Power between two frequencies in Hz, in dB."""
    hertz, power = scipy.signal.welch(waveform, SAMPLE_RATE, nperseg=8192)
    return 10 * np.log10(power[(hertz >= low) & (hertz < high)].sum())


def _sound(waveform):
    parselmouth = pytest.importorskip("parselmouth")
    return parselmouth.Sound(np.asarray(waveform, float), SAMPLE_RATE)
