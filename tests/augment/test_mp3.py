import numpy as np
import pytest
import soundfile
import torch
from scipy import signal

from speechbrain_singer.augment.mp3 import MP3
from speechbrain_singer.dataio.mp3_writer import mp3_bytes


def voice(seconds=1.0, rate=44100):
    """Noise of a voice's slope, [1, time]."""
    noise = np.random.default_rng(0).standard_normal(round(seconds * rate))
    wav = signal.lfilter([1], [1, -0.95], noise)
    return torch.from_numpy(wav / abs(wav).max()).float()[None]


def coded(kbps, rate=44100):
    wavs = voice(rate=rate)
    transform = MP3(kbps, kbps, rate)
    parameters = {"kbps": torch.tensor([[kbps]])}
    return wavs[0].numpy(), transform.apply(wavs, parameters)[0].numpy()


@pytest.mark.parametrize("rate", [32000, 44100, 48000])
@pytest.mark.parametrize("kbps", [32.0, 48.0, 64.0, 128.0, 320.0])
def test_nothing_is_delayed(kbps, rate):
    wav, decoded = coded(kbps, rate)
    assert decoded.shape == wav.shape
    correlation = signal.correlate(decoded, wav, method="fft")
    assert correlation.argmax() == len(wav) - 1


def test_fewer_bits_lose_more():
    errors = []
    for kbps in (32.0, 64.0, 128.0, 320.0):
        wav, decoded = coded(kbps)
        errors.append(10 * np.log10(np.var(wav - decoded) / np.var(wav)))
    assert np.all(np.diff(errors) < -3)
    assert errors[-1] < -20


@pytest.mark.parametrize("kbps", [32.0, 48.0, 64.0, 128.0, 320.0])
def test_the_file_has_the_bit_rate(kbps):
    data = mp3_bytes(voice()[0].numpy(), 44100, kbps)
    measured = 8 * len(data) / 1000
    # A frame or two more than the second has
    assert kbps <= measured < 1.08 * kbps


@pytest.mark.parametrize("peak", [1.0, 4.0, 1e8, 1e30])
def test_loud_clips_are_not_cut(peak):
    """At 1e8 the encoder would end the process."""
    wavs = peak * voice(0.5)
    decoded = MP3().apply(wavs, {"kbps": torch.tensor([[320.0]])})
    error = (decoded - wavs).double().square().mean()
    assert 10 * (error / wavs.double().square().mean()).log10() < -20


def test_each_clip_has_its_own_scale():
    wavs = torch.cat([voice(0.5), 1e8 * voice(0.5)])
    decoded = MP3().apply(wavs, {"kbps": torch.tensor([[320.0], [320.0]])})
    assert decoded.abs().amax(1).tolist() == pytest.approx([1, 1e8], rel=0.1)


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_clips_that_are_not_finite_are_refused(value):
    """The encoder would end the process."""
    wavs = voice(0.1).repeat(3, 1)
    wavs[1, 7] = value
    with pytest.raises(ValueError, match=r"1 of 3 clips.*clip 1\).*NaN"):
        MP3().apply(wavs, {"kbps": torch.full((3, 1), 64.0)})


@pytest.mark.parametrize("lacking", ["format", "version"])
def test_a_soundfile_without_mp3_is_named(lacking, monkeypatch):
    if lacking == "format":
        monkeypatch.setattr(soundfile, "available_formats", lambda: {"WAV": ""})
    else:
        monkeypatch.setattr(soundfile, "__version__", "0.12.1")
    with pytest.raises(RuntimeError, match=r"cannot write MP3.*0\.13"):
        MP3()
