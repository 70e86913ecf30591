import numpy as np
import pytest
import soundfile
import torch
from scipy import signal

from speechbrain_singer.augment.chain import Chain
from speechbrain_singer.augment.recorded_reverb import RecordedReverb
from speechbrain_singer.dataio.audio import AudioError


def write(path, samples, rate=44100):
    soundfile.write(path, samples, rate, subtype="FLOAT")
    return path


def room(seed, samples):
    """What comes before the direct sound, the direct sound, a decay."""
    noise = np.random.default_rng(seed).standard_normal(samples)
    decay = 0.2 * noise * np.exp(-6 * np.arange(samples) / samples)
    return np.concatenate([np.full(100, 1e-3), [-0.9], decay])


def test_it_convolves_with_the_files_from_their_peaks_on(
    tmp_path, generator, streams
):
    rooms = [room(0, 3000), room(1, 500)]
    paths = [write(tmp_path / f"{i}.wav", r) for i, r in enumerate(rooms)]
    transform = RecordedReverb(paths)
    wavs = torch.randn(8, 4000, generator=generator(1))
    parameters = transform.draw(wavs, streams(wavs))
    changed = transform.apply(wavs, parameters).numpy()
    choices = parameters["response"].flatten().tolist()
    assert set(choices) == {0, 1}
    for wav, wet, choice in zip(wavs.numpy(), changed, choices, strict=True):
        expected = signal.fftconvolve(wav, -rooms[choice][100:])[:4000]
        expected *= np.linalg.norm(wav) / np.linalg.norm(expected)
        np.testing.assert_allclose(wet, expected, atol=2e-5)


def test_each_file_is_as_likely(tmp_path, streams):
    paths = [write(tmp_path / f"{i}.wav", room(i, 9)) for i in range(4)]
    wavs = torch.zeros(2000, 4)
    draws = RecordedReverb(paths).draw(wavs, streams(wavs))
    shares = np.bincount(draws["response"].flatten().numpy()) / 2000
    np.testing.assert_allclose(shares, 0.25, atol=4 * np.sqrt(0.1875 / 2000))


def pulse(rate, begin=0.0):
    """A rise and fall of 10 ms, its peak at 50 ms, without high frequencies."""
    time = np.arange(begin, 0.1, 1 / rate) - 0.05
    return np.exp(-((time / 0.005) ** 2)) * np.cos(2 * np.pi * 500 * time)


def test_files_at_other_rates_are_resampled(tmp_path):
    path = write(tmp_path / "a.wav", pulse(20000), 20000)
    response = RecordedReverb([path]).responses[0].numpy()
    expected = pulse(44100, begin=0.05)
    np.testing.assert_allclose(response, expected[: len(response)], atol=1e-3)
    assert abs(len(response) - len(expected)) <= 1


def test_its_responses_move_with_the_chain(tmp_path):
    path = write(tmp_path / "a.wav", room(0, 10))
    chain = Chain([RecordedReverb([path])])
    assert [b.dtype for b in chain.double().buffers()] == [torch.float64]
    assert not chain.state_dict()


@pytest.mark.parametrize("content", [None, np.zeros(100)])
def test_a_file_that_is_no_response_is_named(tmp_path, content):
    path = tmp_path / "bad.wav"
    if content is not None:
        write(path, content)
    with pytest.raises(AudioError, match=r"bad\.wav"):
        RecordedReverb([path])
