import io

import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio import mixing
from speechbrain_singer.dataio.audio import (
    AudioError,
    open_audio,
    read_audio,
    read_open,
)
from speechbrain_singer.inference.waveforms import as_mono

NOISE = np.random.default_rng(0).normal(0, 0.1, (3, 44100))


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
@pytest.mark.parametrize("rest", [0.0, 0.05, 0.8])
def test_channels_that_cancel_are_read_from_the_loudest(
    tmp_path, subtype, rest, caplog
):
    left = NOISE[0]
    right = -1.05 * left + rest * NOISE[1]
    path = tmp_path / "a.wav"
    soundfile.write(path, np.stack([left, right], axis=1), 44100, subtype)
    for _ in range(2):
        waveform, _ = read_audio(path)
        np.testing.assert_allclose(waveform, right, atol=1e-4)
    (message,) = caplog.messages
    assert message.startswith(f"{path}: its channels cancel")


@pytest.mark.parametrize("weight", [1.0, 0.0, -0.05])
def test_others_are_averaged(tmp_path, weight):
    left = NOISE[0]
    right = weight * left + 0.2 * NOISE[1]
    path = tmp_path / "a.wav"
    soundfile.write(path, np.stack([left, right], axis=1), 44100, "FLOAT")
    waveform, _ = read_audio(path)
    np.testing.assert_allclose(waveform, (left + right) / 2, atol=1e-6)


def test_of_three_that_cancel_the_loudest_is_read(tmp_path):
    a, b, _ = NOISE
    path = tmp_path / "a.wav"
    soundfile.write(path, np.stack([a, -a - b, b], axis=1), 44100, "FLOAT")
    waveform, _ = read_audio(path)
    np.testing.assert_allclose(waveform, -a - b, atol=1e-6)


def test_one_of_many_that_sounds_is_no_cancelling(tmp_path):
    samples = np.zeros((44100, 100))
    samples[:, 7] = NOISE[0]
    soundfile.write(tmp_path / "a.wav", samples, 44100, "FLOAT")
    waveform, _ = read_audio(tmp_path / "a.wav")
    np.testing.assert_allclose(waveform, NOISE[0] / 100, atol=1e-6)


@pytest.fixture(params=["antiphase", "in phase"])
def changing(request):
    """Silence, antiphase, in phase, one of both much louder: and its mix."""
    voice, rest = NOISE[0], np.zeros(44100)
    one, other = (1, 0.1) if request.param == "antiphase" else (0.1, 1)
    left = np.concatenate([rest, one * voice, other * voice])
    right = np.concatenate([rest, -1.1 * one * voice, other * voice])
    mix = right if one > other else (left + right) / 2
    return np.stack([left, right], axis=1), mix


@pytest.mark.parametrize("kind", ["WAV", "FLAC"])
@pytest.mark.parametrize("is_path", [True, False])
def test_a_clip_is_a_stretch_of_the_whole(tmp_path, changing, kind, is_path):
    samples, mix = changing
    path = tmp_path / "a"
    soundfile.write(path, samples, 44100, format=kind)
    for start in (2, 1, 0):
        source = path if is_path else io.BytesIO(path.read_bytes())
        with open_audio(source) as file:
            for second in (start, 1):
                np.testing.assert_allclose(
                    read_open(file, second * 44100, 44100),
                    mix[second * 44100 :][:44100],
                    atol=1e-4,
                )
    np.testing.assert_allclose(read_audio(path)[0], mix, atol=1e-4)


def test_what_sounds_seldom_decides(tmp_path):
    samples = np.zeros((60 * 44100, 2))
    samples[12_345:16_345, 0] = NOISE[0, :4000]
    samples[12_345:16_345, 1] = -1.1 * NOISE[0, :4000]
    soundfile.write(tmp_path / "a.wav", samples, 44100, "FLOAT")
    waveform, _ = read_audio(tmp_path / "a.wav")
    np.testing.assert_allclose(waveform, samples[:, 1], atol=1e-6)


def test_what_is_damaged_costs_itself_only(tmp_path):
    """And decides nothing."""
    left = NOISE[0]
    samples = np.tile(np.stack([left, -1.1 * left], axis=1), (4, 1))
    whole, torn, odd = tmp_path / "a.flac", tmp_path / "b.flac", tmp_path / "c"
    soundfile.write(whole, samples, 44100)
    data = bytearray(whole.read_bytes())
    half = len(data) // 2
    data[half : half + 30_000] = bytes(30_000)
    torn.write_bytes(data)
    samples[44100:88200] = np.nan
    soundfile.write(odd, samples, 44100, "FLOAT", format="WAV")
    expected, _ = read_audio(whole)
    for path in (torn, odd):
        for start in (0, 3 * 44100 + 5000):
            stretch, _ = read_audio(path, start, 30_000)
            np.testing.assert_allclose(
                stretch, expected[start:][:30_000], atol=1e-4
            )
        with pytest.raises(AudioError):
            read_audio(path)


def test_it_is_decided_once_a_file(tmp_path, monkeypatch, caplog):
    path = tmp_path / "a.wav"
    looks, real = [], mixing._blocks
    monkeypatch.setattr(
        mixing, "_blocks", lambda *args: looks.append(1) or real(*args)
    )
    for end in (44100, 44000):
        left = NOISE[0, :end]
        soundfile.write(path, np.stack([left, -left], axis=1), 44100)
        for _ in range(3):
            read_audio(path)
    assert len(looks) == len(caplog.messages) == 2
    for _ in range(2):  # they have no name to be remembered by
        read_audio(io.BytesIO(path.read_bytes()))
        as_mono(np.stack([left, -left]))
    assert len(caplog.messages) == 2 + 4
