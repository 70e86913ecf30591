import numpy as np
import pytest
import torch
from scipy import signal

from speechbrain_singer.reports.augmentation_plot import (
    log_spectrogram,
    plot_spectrograms,
)

RATE = 44100


def tone(hertz, amplitude=1.0, rate=RATE):
    time = torch.arange(rate, dtype=torch.float64) / rate
    return (amplitude * torch.sin(2 * torch.pi * hertz * time)).float()


@pytest.mark.parametrize("rate", [16000, 44100])
@pytest.mark.parametrize("hertz", [110.0, 440.0, 3520.0])
def test_a_tone_is_where_it_belongs(hertz, rate):
    spectrogram, rows = log_spectrogram(tone(hertz, rate=rate)[None], rate)
    loudest = rows[spectrogram[0].argmax(dim=0)]
    # A row is 1/18 of an octave, a bin up to 10.8 Hz
    tolerance = max(hertz * (2 ** (1 / 18) - 1), 10.8)
    assert (loudest - hertz).abs().max() <= tolerance
    assert rows[0] == 80
    assert rows[-1].item() == pytest.approx(min(20000, rate / 2))


def test_noise_is_as_loud_as_scipy_says():
    noise = torch.randn(1, 8 * RATE, generator=torch.Generator().manual_seed(1))
    spectrogram, rows = log_spectrogram(noise)
    _, density = signal.welch(noise[0].numpy(), RATE, "hann", 4096)
    # From a density per Hz to squared amplitudes of sines in a Hann bin
    bandwidth = 1.5 * RATE / 4096
    expected = 10 * np.log10(2 * density.mean() * bandwidth)
    power = (10 ** (spectrogram[0] / 10)).mean(dim=1)[rows > 500]
    measured = 10 * power.log10().numpy()
    np.testing.assert_allclose(measured, expected, atol=1.0)


def test_sines_have_their_level():
    spectrogram, _ = log_spectrogram(torch.stack([tone(200), tone(200, 0.1)]))
    loudest = spectrogram.amax(dim=(1, 2))
    assert -1.5 < loudest[0] < 0.1  # 1.4 dB where it lies between two bins
    assert (loudest[0] - loudest[1]).item() == pytest.approx(20, abs=0.01)


def test_silence_is_finite():
    assert (log_spectrogram(torch.zeros(1, RATE))[0] == -200).all()


def test_clips_share_axes_and_colours(tmp_path):
    wavs = torch.stack([tone(440, 0.1), tone(440), tone(880)])
    titles = ["before", "louder", "higher"]
    figure = plot_spectrograms(wavs, titles, tmp_path / "a.png")
    panels = figure.axes[:3]
    assert [panel.get_title() for panel in panels] == titles
    assert len({panel.get_ylim() for panel in panels}) == 1
    assert len({panel.get_xlim() for panel in panels}) == 1
    limits = {panel.collections[0].get_clim() for panel in panels}
    assert limits == {(-90.0, -20.0)}  # by the first, whose amplitude is -20 dB


def test_the_picture_is_small_and_keeps_its_colours(tmp_path, shows):
    generator = torch.Generator().manual_seed(1)
    wavs = 0.1 * torch.randn(3, 3 * RATE, generator=generator)
    path = tmp_path / "noise.png"
    figure = plot_spectrograms(wavs, ["a", "b", "c"], path)
    image = figure.axes[0].collections[0]
    median = np.median(np.asarray(image.get_array()))
    assert shows(path, image.cmap(image.norm(median)))
    assert path.stat().st_size < 60_000
