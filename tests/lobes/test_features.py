import numpy as np
import pytest
import torch

from speechbrain_singer.lobes.features import LogMel


def tone(hertz, seconds=0.5, rate=44100):
    return torch.sin(2 * np.pi * hertz * torch.arange(seconds * rate) / rate)


def test_mel_equals_nnaudio():
    nnaudio = pytest.importorskip("nnAudio.features.mel")
    reference = nnaudio.MelSpectrogram(
        sr=44100, n_fft=2048, hop_length=512, n_mels=128, verbose=False
    )
    wavs = torch.randn(2, 22050, generator=torch.Generator().manual_seed(0))
    expected, measured = reference(wavs), LogMel().mel(wavs)
    assert measured.shape == expected.shape
    assert (measured - expected).abs().max() < 1e-4 * expected.max()


@pytest.mark.parametrize("hertz", [220, 1000, 6000, 15000])
def test_a_tone_peaks_in_its_band(hertz):
    features = LogMel()(tone(hertz).unsqueeze(0))[0]
    band = features.mean(dim=1).argmax().item()

    # Slaney's scale by hand: linear up to 1 kHz, 27 bands an octave-ish above
    def mel(f):
        if f < 1000:
            return 3 * f / 200
        return 15 + 27 * np.log(f / 1000) / np.log(6.4)

    centre = mel(hertz) / mel(22050) * 129 - 1
    assert abs(band - centre) <= 1


def test_neither_gain_nor_batch_matters():
    features = LogMel()
    wavs = torch.randn(3, 8820)
    alone = features(wavs[:1])
    loud = features(torch.cat([wavs[:1], 100 * wavs[1:]]))[:1]
    assert torch.allclose(alone, loud, atol=1e-5)
    assert torch.allclose(alone, features(0.01 * wavs[:1]), atol=1e-4)


def test_silence_is_finite():
    assert LogMel()(torch.zeros(1, 8820)).isfinite().all()


def test_range():
    wav = torch.cat([torch.zeros(8820), torch.randn(8820)])
    features = LogMel()(wav.unsqueeze(0))
    assert features.max() == 1
    assert features.min() == -1


def test_single_precision_under_autocast():
    features, wavs = LogMel(), torch.randn(2, 8820)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        cast = features(wavs)
    assert cast.dtype == torch.float32
    assert torch.equal(cast, features(wavs))


def test_gradients_flow():
    wavs = torch.randn(1, 8820, requires_grad=True)
    LogMel()(wavs).sum().backward()
    assert wavs.grad.abs().max() > 0


@pytest.mark.parametrize(
    "setting",
    [
        *({"sample_rate": 0}, {"sample_rate": -5}, {"sample_rate": 10**11}),
        *({"n_mels": 10**8}, {"n_mels": 0}, {"n_fft": 10**8}, {"n_fft": 1.5}),
        *({"hop_length": 0}, {"top_db": 0.0}, {"top_db": "80"}),
    ],
)
def test_settings_that_make_no_sense(setting):
    with pytest.raises(ValueError, match=next(iter(setting))):
        LogMel(**setting)


def test_kept_decibels_become_the_features_at_any_level():
    features = LogMel(hop_length=1024, n_mels=80)
    wavs = torch.randn(3, 22050, generator=torch.Generator().manual_seed(0))
    decibels = features.decibels(0.01 * wavs)
    # By hand: of the mel power of clips with a peak of 1
    mel = features.mel(wavs / wavs.abs().amax(dim=1, keepdim=True))
    assert torch.allclose(decibels, 10 * mel.log10(), atol=1e-3)
    expected = features(wavs)
    assert torch.allclose(features.scale(decibels - 30), expected, atol=1e-4)
    assert expected.amax(dim=(1, 2)).tolist() == [1, 1, 1]
