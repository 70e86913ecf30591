import numpy as np
import pytest
import scipy.signal
import torch

from speechbrain_singer.lobes.decibels import MelDecibels


def slaney_filters(sample_rate, n_fft, n_mels):
    """Triangles of area 2 / width, by hand: [n_mels, n_fft // 2 + 1]."""
    # 200/3 Hz a mel below 1 kHz, and a factor of 6.4 in 27 mels above
    top = 15 + 27 * np.log(sample_rate / 2 / 1000) / np.log(6.4)
    mels = np.linspace(0, top, n_mels + 2)
    above = 1000 * 6.4 ** ((mels - 15) / 27)
    edges = np.where(mels < 15, 200 / 3 * mels, above)
    hertz = np.linspace(0, sample_rate / 2, n_fft // 2 + 1)
    filters = []
    for low, middle, high in zip(edges, edges[1:], edges[2:], strict=False):
        rising = (hertz - low) / (middle - low)
        falling = (high - hertz) / (high - middle)
        triangle = np.minimum(rising, falling).clip(min=0)
        filters.append(triangle * 2 / (high - low))
    return np.array(filters)


def by_scipy(wav, sample_rate=22050, n_fft=2048, hop=512, n_mels=96):
    padded = np.pad(wav, n_fft // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop]
    window = scipy.signal.get_window("hann", n_fft)
    magnitude = np.abs(np.fft.rfft(frames * window))
    mel = slaney_filters(sample_rate, n_fft, n_mels) @ magnitude.T
    return 10 * np.log10(mel**2)


@pytest.fixture(scope="module")
def wav():
    """Noise from -80 dB to 0 dB and back: the maximum is near no end."""
    noise = np.random.default_rng(0).standard_normal(30000)
    return noise * 10.0 ** (-4 * np.abs(np.linspace(-1, 1, 30000)))


def test_decibels_equal_the_formula(wav):
    measured = MelDecibels().decibels(torch.from_numpy(wav)[None].float())
    expected = by_scipy(wav)
    assert measured.shape == (1, *expected.shape) == (1, 96, 59)
    assert np.abs(measured[0].numpy() - expected).max() < 0.01


def test_features_are_60_db_below_the_maximum_of_the_window(wav):
    windows = np.stack([wav[:15000], 100 * wav[15000:]])
    measured = MelDecibels()(torch.from_numpy(windows).float()).numpy()
    for window, features in zip(windows, measured, strict=True):
        decibels = by_scipy(window)
        expected = np.clip(decibels - decibels.max(), -60, None) + 60
        assert np.abs(features - expected).max() < 0.01
    assert measured.min() == 0
    assert measured[0].max() == measured[1].max() == 60


def test_windows_of_kept_decibels(wav):
    """What is cut of the kept is what the window alone has, but at its ends."""
    features = MelDecibels()
    wavs = torch.from_numpy(wav)[None].float()
    kept = features.decibels(wavs).transpose(1, 2).half()
    cut = features.relative(kept[:, 20:41])
    alone = features(wavs[:, 20 * 512 : 40 * 512])
    assert cut.dtype == torch.float32
    assert cut.shape == alone.shape == (1, 96, 21)
    assert (cut - alone)[..., 2:-2].abs().max() < 0.1


def test_kept_decibels_stay_as_they_are():
    kept = torch.randn(2, 5, 96)
    before = kept.clone()
    MelDecibels().relative(kept)
    assert torch.equal(kept, before)


def test_silence_is_at_the_floor():
    decibels = MelDecibels().decibels(torch.zeros(1, 4000))
    assert torch.allclose(decibels, torch.tensor(-160.0))
    assert torch.equal(decibels.half().float(), decibels)


def test_the_shortest_audio():
    features = MelDecibels(n_fft=512)
    shortest = torch.randn(1, features.min_samples)
    assert features(shortest).isfinite().all()
    with pytest.raises(RuntimeError, match=r"[Pp]adding size"):
        features(shortest[:, 1:])


def test_single_precision_under_autocast(wav):
    features, wavs = MelDecibels(), torch.from_numpy(wav)[None].float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        cast = features(wavs)
    assert cast.dtype == torch.float32
    assert torch.allclose(cast, features(wavs))


def test_kept_as_attributes():
    settings = {"sample_rate": 16000, "n_fft": 1024, "hop_length": 160}
    settings |= {"n_mels": 40, "top_db": 80.0}
    features = MelDecibels(**settings)
    assert {name: getattr(features, name) for name in settings} == settings
    assert features.bands == 40
    assert not features.state_dict()


@pytest.mark.parametrize(
    "setting",
    [
        *({"sample_rate": 0}, {"n_fft": 1.5}, {"n_mels": 2000}),
        *({"top_db": 0.0}, {"sample_rate": 2e6}, {"n_fft": 2**17}),
        # Its filterbank would have 128 MiB
        {"n_mels": 1024, "n_fft": 2**16},
    ],
)
def test_settings_that_make_no_sense(setting):
    with pytest.raises(ValueError, match=next(iter(setting))):
        MelDecibels(**setting)
