import numpy as np
import pytest
import torch

from speechbrain_singer.lobes.cqt import CQTDecibels

RATE, HOP = 22050, 512
HERTZ = 440 * 2 ** ((np.arange(96) - 45) / 12)  # C1 is 45 semitones below A4
PERIODS = 1 / np.tanh(np.log(2) / 12)  # by librosa's relative bandwidth
LENGTHS = PERIODS * RATE / HERTZ


def by_hand(wav, frame, band):
    """Magnitude of one frame of one band, by the sum itself."""
    length, hertz = LENGTHS[band], HERTZ[band]
    n = np.arange(-int(length / 2), int(length / 2) + 1)
    window = np.cos(np.pi * n / length) ** 2
    window *= np.sqrt(length) / window.sum()
    at = np.abs(frame * HOP + n)  # mirrored at the start
    at = np.where(at < len(wav), at, 2 * (len(wav) - 1) - at)
    return abs(
        np.sum(wav[at] * window * np.exp(-2j * np.pi * hertz * n / RATE))
    )


def tones(bands, seconds=1.0):
    time = np.arange(int(seconds * RATE)) / RATE
    waves = 0.5 * np.sin(2 * np.pi * HERTZ[bands, None] * time)
    return torch.from_numpy(waves).float()


def test_decibels_equal_the_sum():
    rng = np.random.default_rng(0)
    wavs = rng.standard_normal((2, 20000))
    measured = CQTDecibels().decibels(torch.from_numpy(wavs).float())
    assert measured.shape == (2, 96, 40)
    for row, frame, band in [
        *((0, 0, 0), (1, 39, 0), (0, 20, 1), (1, 39, 11), (0, 17, 12)),
        *((1, 5, 37), (0, 1, 60), (1, 30, 61), (0, 0, 95), (1, 39, 95)),
    ]:
        expected = 20 * np.log10(by_hand(wavs[row], frame, band))
        assert measured[row, band, frame] == pytest.approx(expected, abs=0.02)


def test_quarter_tones_from_c2_equal_the_sum():
    """As for transcription: MIDI 36 on, every 1024 samples at 44.1 kHz."""
    rate, hop = 44100, 1024
    features = CQTDecibels(rate, hop, 168, bins_per_octave=24, f_min=65.40639)
    wav = np.random.default_rng(1).standard_normal(45000)
    measured = features.decibels(torch.from_numpy(wav[None]).float())
    assert measured.shape == (1, 168, 44)
    for frame, band in [(20, 0), (22, 1), (15, 23), (21, 24), (5, 100)]:
        hertz = 440 * 2 ** ((36 + band / 2 - 69) / 12)
        length = rate / hertz / np.tanh(np.log(2) / 24)
        n = np.arange(-int(length / 2), int(length / 2) + 1)
        window = np.cos(np.pi * n / length) ** 2
        window *= np.sqrt(length) / window.sum()
        tone = window * np.exp(-2j * np.pi * hertz * n / rate)
        expected = 20 * np.log10(abs(wav[frame * hop + n] @ tone))
        assert measured[0, band, frame] == pytest.approx(expected, abs=0.02)


def test_a_tone_peaks_in_its_band_at_its_level():
    bands = np.arange(0, 96, 5)
    measured = CQTDecibels().decibels(tones(bands))[:, :, 15:29].mean(dim=2)
    assert measured.argmax(dim=1).tolist() == bands.tolist()
    levels = measured[range(len(bands)), bands]
    expected = 20 * np.log10(0.5 / 2 * np.sqrt(LENGTHS[bands]))
    assert np.allclose(levels, expected, atol=0.02)


def test_magnitudes_are_near_nnaudio_s():
    """Its filters are 3 % shorter: 16.8 periods."""
    nnaudio = pytest.importorskip("nnAudio.features.cqt")
    reference = nnaudio.CQT1992v2(
        sr=RATE, hop_length=HOP, fmin=HERTZ[0], n_bins=96, verbose=False
    )
    wavs = torch.randn(1, RATE, generator=torch.Generator().manual_seed(0))
    expected = 20 * reference(wavs).log10()
    difference = CQTDecibels().decibels(wavs) - expected
    assert difference.abs().median() < 0.2
    assert difference.mean().abs() < 0.05


def test_levels_are_librosa_s():
    librosa = pytest.importorskip("librosa")
    bands = np.arange(0, 96, 19)
    wavs = tones(bands)
    expected = librosa.cqt(
        wavs.numpy(), sr=RATE, hop_length=HOP, fmin=HERTZ[0], n_bins=96
    )
    expected = 20 * np.log10(np.abs(expected)[:, :, 15:29].mean(axis=2))
    measured = CQTDecibels().decibels(wavs)[:, :, 15:29].mean(dim=2).numpy()
    rows = range(len(bands))
    assert np.allclose(measured[rows, bands], expected[rows, bands], atol=0.05)


def test_a_frame_depends_on_what_min_samples_says():
    features = CQTDecibels(n_bins=24)
    wavs = torch.randn(1, 40000)
    changed = wavs.clone()
    centre, reach = 40 * HOP, features.min_samples - 1
    changed[:, : centre - reach] = 0
    changed[:, centre + reach :] = 0
    before, after = features.decibels(wavs), features.decibels(changed)
    assert torch.allclose(before[..., 40], after[..., 40], atol=1e-4)
    assert not torch.allclose(before[..., 30], after[..., 30], atol=1e-3)


def test_the_shortest_audio():
    features = CQTDecibels()
    shortest = torch.randn(1, features.min_samples)
    assert features(shortest).isfinite().all()
    with pytest.raises(RuntimeError, match=r"[Pp]adding size"):
        features(shortest[:, 1:])


def test_silence_is_at_the_floor():
    decibels = CQTDecibels().decibels(torch.zeros(1, 8000))
    assert torch.allclose(decibels, torch.tensor(-160.0))


def test_features_are_relative_to_the_window():
    features, wavs = CQTDecibels(), tones([45])
    # What is 59 dB below the loudest has lost some digits
    assert torch.allclose(features(wavs), features(0.1 * wavs), atol=1e-2)
    assert features(wavs).max() == 60
    assert features(wavs).min() == 0


def test_single_precision_under_autocast():
    features, wavs = CQTDecibels(), torch.randn(1, 8000)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        cast = features(wavs)
    assert torch.allclose(cast, features(wavs))


def test_gradients_flow():
    wavs = torch.randn(1, 8000, requires_grad=True)
    CQTDecibels()(wavs).sum().backward()
    assert wavs.grad.abs().max() > 0


@pytest.mark.parametrize(
    "setting",
    [
        *({"n_bins": 102}, {"n_bins": 0}, {"hop_length": 0}),
        *({"sample_rate": 50}, {"f_min": 0.0}, {"bins_per_octave": 0}),
        {"n_bins": 96, "f_min": 65.0},
    ],
)
def test_settings_that_make_no_sense(setting):
    with pytest.raises(ValueError, match=r"n_bins|hop_length|f_min|bins_"):
        CQTDecibels(**setting)


def test_kept_as_attributes():
    settings = {"sample_rate": 44100, "hop_length": 441}
    settings |= {"n_bins": 60, "top_db": 80.0}
    settings |= {"bins_per_octave": 24, "f_min": 65.0}
    features = CQTDecibels(**settings)
    assert {name: getattr(features, name) for name in settings} == settings
    assert features.bands == 60
    assert not features.state_dict()
