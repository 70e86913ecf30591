import numpy as np
import pytest
import torch

from speechbrain_singer.published.features import PublishedLogMel


def slaney(hertz):
    """Slaney's mel scale: linear up to 1 kHz, logarithmic above."""
    return np.where(
        hertz < 1000,
        3 * hertz / 200,
        15 + 27 * np.log(np.maximum(hertz, 1) / 1000) / np.log(6.4),
    )


def filterbank_for_22050_hertz():
    """[128, 1025]: triangles of area 1 over bins that count as 0-11025 Hz."""
    grid = np.linspace(0, 11025, 2_000_001)
    edges = np.interp(np.linspace(0, slaney(11025.0), 130), slaney(grid), grid)
    bins = np.linspace(0, 11025, 1025)
    triangles = [
        np.interp(bins, [low, centre, high], [0, 1, 0]) * 2 / (high - low)
        for low, centre, high in zip(edges, edges[1:], edges[2:], strict=False)
    ]
    return np.array(triangles)


def by_hand(wav):
    padded = np.pad(wav.double().numpy(), 1024, mode="reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(2048) / 2048)
    starts = range(0, len(padded) - 2047, 512)
    frames = np.array([padded[start : start + 2048] for start in starts])
    power = np.abs(np.fft.rfft(frames * window)) ** 2
    logarithms = np.log(filterbank_for_22050_hertz() @ power.T + 1e-8)
    return logarithms / logarithms.max()


@pytest.fixture
def noise():
    generator = torch.Generator().manual_seed(0)
    return 0.3 * torch.randn(2, 20000, generator=generator)


def test_formula_by_hand(noise):
    measured = PublishedLogMel(normalize_peak=False)(noise)
    for clip, features in zip(noise, measured, strict=True):
        np.testing.assert_allclose(features, by_hand(clip), atol=1e-5)


def test_formula_by_hand_at_peak_1(noise):
    measured = PublishedLogMel()(noise)
    for clip, features in zip(noise, measured, strict=True):
        expected = by_hand(clip / clip.abs().max())
        np.testing.assert_allclose(features, expected, atol=1e-5)


def test_the_network_alone_hears_the_level(noise):
    features = PublishedLogMel(normalize_peak=False)
    assert (features(noise) - features(0.1 * noise)).abs().max() > 0.1
    features = PublishedLogMel()
    torch.testing.assert_close(features(noise), features(0.1 * noise))


@pytest.mark.parametrize("hertz", [440, 3000, 15000])
def test_a_tone_peaks_in_the_band_of_half_its_frequency(hertz):
    time = torch.arange(20000) / 44100
    features = PublishedLogMel()(torch.sin(2 * np.pi * hertz * time)[None])[0]
    band = features.mean(dim=1).argmax().item()
    centre = slaney(hertz / 2) / slaney(11025.0) * 129 - 1
    assert abs(band - centre) <= 1


def test_a_clip_is_blind_to_the_rest_of_the_batch(noise):
    features = PublishedLogMel(normalize_peak=False)
    batch = torch.stack([noise[0], 30 * noise[1]])
    torch.testing.assert_close(features(batch)[:1], features(noise[:1]))


def test_silence_is_finite():
    assert PublishedLogMel()(torch.zeros(1, 8820)).isfinite().all()


def test_the_shortest_clip():
    features = PublishedLogMel()
    assert features.min_samples == 1025
    assert features(torch.rand(1, 1025)).shape == (1, 128, 3)


def test_single_precision_under_autocast(noise):
    features = PublishedLogMel()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        cast = features(noise)
    assert torch.equal(cast, features(noise))
