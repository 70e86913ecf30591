import numpy as np
import pytest
import torch
from scipy import signal

from speechbrain_singer.augment.equaliser import Equaliser


def cookbook(kind, centre, gain_db, q, rate=44100):
    """Bristow-Johnson's coefficients as he gives them, a SciPy section."""
    a = 10 ** (gain_db / 40)
    w = 2 * np.pi * centre / rate
    cos, alpha = np.cos(w), np.sin(w) / (2 * q)
    if kind == "peak":
        section = [1 + alpha * a, -2 * cos, 1 - alpha * a]
        section += [1 + alpha / a, -2 * cos, 1 - alpha / a]
    else:
        sign = 1 if kind == "low" else -1
        plus, minus = (a + 1) + sign * (a - 1) * cos, 2 * np.sqrt(a) * alpha
        last = (a + 1) - sign * (a - 1) * cos
        section = [
            a * (last + minus),
            2 * sign * a * ((a - 1) - sign * (a + 1) * cos),
            a * (last - minus),
            plus + minus,
            -2 * sign * ((a - 1) + sign * (a + 1) * cos),
            plus - minus,
        ]
    return np.array(section) / section[3]


def filtered(wavs, parameters, peaks):
    """By SciPy, in double precision."""
    kinds = ["low"] + peaks * ["peak"] + ["high"]
    outputs = []
    for i, wav in enumerate(wavs.double().numpy()):
        draws = [parameters[n][i].tolist() for n in ("centre_hz", "gain_db")]
        qs = parameters["q"][i].tolist()
        qs[0] = qs[-1] = np.sqrt(0.5)
        sections = [
            cookbook(*settings)
            for settings in zip(kinds, *draws, qs, strict=True)
        ]
        outputs.append(signal.sosfilt(sections, wav))
    return np.stack(outputs)


def alike(gain_db, hertz, q=1.0, **settings):
    """The same gain, frequency and Q for all bands of all clips."""
    settings |= {"min_gain_db": gain_db, "max_gain_db": gain_db}
    settings |= {"min_hz": hertz, "max_hz": hertz, "min_q": q, "max_q": q}
    return settings


@pytest.mark.parametrize(
    "settings",
    [
        {},
        # Those that ring for long
        alike(12.0, 60.0, 4.0),
        alike(12.0, 21000.0, 4.0),
        alike(-12.0, 60.0, 0.1),
        alike(12.0, 60.0, 0.1),
        alike(30.0, 40.0, peaks=0),
        alike(-30.0, 40.0, peaks=0),
        {"peaks": 0},
        {"min_hz": 30.0, "max_hz": 21000.0, "min_q": 0.1, "max_q": 8.0},
        {"min_gain_db": -20.0, "max_gain_db": 20.0, "peaks": 5},
    ],
)
def test_it_filters_as_the_cookbooks_sections(settings, generator, streams):
    equaliser = Equaliser(**settings)
    wavs = torch.randn(16, 22050, generator=generator(1))
    parameters = equaliser.draw(wavs, streams(wavs))
    changed = equaliser.apply(wavs, parameters).numpy()
    expected = filtered(wavs, parameters, equaliser.peaks)
    error = np.abs(changed - expected).max(axis=1)
    assert (error < 3e-4 * np.abs(expected).max(axis=1)).all()


def test_what_rings_at_the_end_does_not_come_back_at_the_beginning(streams):
    equaliser = Equaliser(
        peaks=1, min_gain_db=12.0, max_gain_db=12.0, max_hz=100.0, min_q=2.0
    )
    wavs = torch.zeros(4, 4410)
    wavs[:, -1] = 1.0
    changed = equaliser.apply(wavs, equaliser.draw(wavs, streams(wavs)))
    assert changed[:, :-1].abs().max() < 1e-4


def test_it_can_be_left_flat(generator, streams):
    equaliser = Equaliser(min_gain_db=0.0, max_gain_db=0.0)
    wavs = torch.randn(2, 4410, generator=generator(1))
    changed = equaliser.apply(wavs, equaliser.draw(wavs, streams(wavs)))
    torch.testing.assert_close(changed, wavs, atol=1e-5, rtol=0)
