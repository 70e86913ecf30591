import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio.audio import open_audio, read_audio, read_open

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


def test_what_is_decided_at_first_holds_for_the_file(tmp_path):
    """Antiphase, then the same on both channels; silence decides nothing."""
    voice, rest = NOISE[0], np.zeros(44100)
    left = np.concatenate([rest, voice, voice])
    right = np.concatenate([rest, -1.1 * voice, voice])
    path = tmp_path / "a.wav"
    soundfile.write(path, np.stack([left, right], axis=1), 44100, "FLOAT")
    with open_audio(path) as file:
        blocks = [read_open(file, n * 44100, 44100) for n in (0, 1, 2, 1)]
    for block, expected in zip(
        blocks, (rest, -1.1 * voice, voice, -1.1 * voice), strict=True
    ):
        np.testing.assert_allclose(block, expected, atol=1e-6)
