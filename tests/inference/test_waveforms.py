import io

import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.inference.waveforms import as_mono, as_rows

RATE = 44100


def close(actual, expected, atol=1e-5):
    torch.testing.assert_close(actual, expected, atol=atol, rtol=0)


def read_only(x):
    x = x.copy()
    x.setflags(write=False)
    return x


@pytest.mark.parametrize(
    "change, atol",
    [
        (lambda x: x[::-1].copy()[::-1], 1e-5),
        (lambda x: x.astype(">f4"), 1e-5),
        (lambda x: x.astype(">f8"), 1e-5),
        (lambda x: x.astype(np.float64), 1e-5),
        (lambda x: x.astype(np.longdouble), 1e-5),
        (lambda x: x.astype(np.float16), 1e-2),
        (read_only, 1e-5),
        (lambda x: np.repeat(x, 2)[::2], 1e-5),
        (lambda x: np.stack([x, 0 * x], axis=1)[:, 0], 1e-5),
        (lambda x: torch.from_numpy(x).double(), 1e-5),
        (lambda x: torch.from_numpy(x).half(), 1e-2),
        (lambda x: torch.from_numpy(np.repeat(x, 2))[::2], 1e-5),
    ],
)
@pytest.mark.filterwarnings("error")
def test_waveforms_of_any_layout(noise, encoder, change, atol):
    wav = noise(0.5).numpy()
    expected = encoder.encode_batch(wav)[0, 0]
    close(encoder.encode_batch(change(wav))[0, 0], expected, atol)
    close(encoder.encode_waveform(change(wav), RATE), expected, atol)


@pytest.mark.parametrize("kind", [list, tuple])
def test_a_list_has_an_embedding_each(noise, encoder, kind):
    wavs = kind([noise(0.5), noise(1.7, 1).numpy(), noise(0.3, 2).double()])
    embeddings = encoder.encode_batch(wavs)
    assert embeddings.shape == (3, 1, 48)
    for wav, embedding in zip(wavs, embeddings, strict=True):
        close(encoder.encode_batch(wav)[0], embedding)
    assert encoder.verify_batch(wavs, wavs).same_singer.all()


@pytest.mark.parametrize(
    "wavs, wav_lens, error, message",
    [
        ([], None, ValueError, "no waveforms in the list"),
        ([torch.ones(9000)], [1.0], ValueError, "no wav_lens"),
        ([0.1, 0.2], None, TypeError, "not float"),
        (["a.wav"], None, TypeError, "encode_file"),
        ([torch.ones(2, 9)], None, ValueError, r"row 0.*must be \[time\]"),
        ([torch.ones(9000), torch.ones(9).int()], None, TypeError, "32768"),
        ([torch.ones(9000), torch.tensor([])], None, ValueError, "empty"),
        (np.ones(9000, complex), None, TypeError, "complex"),
        (np.ones(9000, bool), None, TypeError, "bool"),
        (np.array(["a"]), None, TypeError, "floating point"),
        (np.float32(1), None, TypeError, "tensor or an array"),
        (np.ones(()), None, ValueError, "not empty"),
    ],
)
def test_what_is_no_batch(encoder, wavs, wav_lens, error, message):
    with pytest.raises(error, match=message):
        encoder.encode_batch(wavs, wav_lens)


@pytest.mark.parametrize("value", [1e20, -3e9, 1e300, np.nan, -np.inf])
def test_samples_that_are_no_audio(noise, encoder, value):
    wavs = np.stack([noise(0.5), noise(0.5)]).astype(np.float64)
    wavs[1, 7] = value
    with pytest.raises(AudioError, match="row 1 of the batch: holds"):
        encoder.encode_batch(wavs)
    with pytest.raises(AudioError, match="row 1 of the batch: holds"):
        encoder.encode_batch(list(wavs))
    with pytest.raises(AudioError, match="the waveform: holds"):
        encoder.encode_waveform(wavs, RATE)


def test_integers_as_floats_are_audio(noise, encoder):
    close(
        encoder.encode_batch(2.0**31 / 0.5 * noise(0.5)),
        encoder.encode_batch(noise(0.5)),
    )


@pytest.mark.parametrize(
    "rate", [44100, 44100.0, np.int32(44100), np.float64(44100)]
)
def test_rates_that_are_whole(noise, encoder, rate):
    expected = encoder.encode_batch(noise(0.5))[0, 0]
    close(encoder.encode_waveform(noise(0.5), rate), expected)


@pytest.mark.parametrize(
    "rate",
    [
        *(0, -44100, 1, 999, 44100.5, 2**31 - 1, 1_000_001, 10**30),
        *(np.nan, np.inf, "44100", None, True, [44100], b"44100"),
    ],
)
def test_rates_that_are_none(noise, encoder, rate):
    with pytest.raises(ValueError, match="whole number of Hz from 1000 to 1"):
        encoder.encode_waveform(noise(0.5), rate)


def test_open_files(noise, encoder, tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(0.5).numpy(), RATE)
    expected = encoder.encode_file(path)
    close(encoder.encode_file(io.BytesIO(path.read_bytes())), expected)
    with path.open("rb") as file:
        close(encoder.encode_file(file), expected)
        both = encoder.encode_files([file, path], progressbar=False)
        close(both, torch.stack([expected, expected]))
    with pytest.raises(AudioError, match="the file object: "):
        encoder.encode_file(io.BytesIO(b"la la"))


def test_home(noise, encoder, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    soundfile.write(tmp_path / "a.wav", noise(0.5).numpy(), RATE)
    assert encoder.encode_file("~/a.wav").shape == (48,)
    assert encoder.encode_files(["~/a.wav"]).isfinite().all()


@pytest.mark.parametrize(
    "wrong", [torch.ones(9000), np.ones(9000), None, 3, ["a.wav"]]
)
def test_what_is_no_file(encoder, wrong):
    with pytest.raises(TypeError, match="encode_waveform"):
        encoder.encode_file(wrong)
    if wrong is not None:  # an empty cell of a table
        with pytest.raises(TypeError, match="encode_waveform"):
            encoder.encode_files(["a.wav", wrong])


def test_lists_of_files(noise, encoder, tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(0.5).numpy(), RATE)
    for wrong in (str(path), path, bytes(path)):
        with pytest.raises(TypeError, match="for one there are encode_f"):
            encoder.encode_files(wrong)
    assert encoder.encode_files([]).shape == (0, 48)
    assert encoder.encode_files(path for _ in range(2)).shape == (2, 48)


def test_channels_that_cancel(noise, encoder):
    wav = noise(0.5)
    expected = encoder.encode_batch(wav)[0, 0]
    close(encoder.encode_waveform(torch.stack([wav, -wav]), RATE), expected)
    close(encoder.encode_waveform(np.stack([wav, -wav]), RATE), expected)


def test_gradients_flow_through_the_mix():
    for sign in (1, -1):
        wav = torch.stack([torch.ones(9), sign * torch.ones(9)])
        as_mono(wav.requires_grad_()).sum().backward()
        assert wav.grad.sum() == 9


@pytest.mark.parametrize(
    "wavs, message",
    [
        (torch.zeros(2, 100).to_sparse(), "sparse: call to_dense"),
        (torch.zeros(2, 100, device="meta"), "on the device meta"),
        (
            torch.nested.nested_tensor([torch.zeros(9)], layout=torch.jagged),
            "nested: give a list",
        ),
        (np.ma.masked_array(np.zeros(100), mask=True), "a masked array: fill"),
        (np.zeros(100, object), "not object"),
        (np.zeros(100, complex), "not complex128"),
        (torch.zeros(100, dtype=torch.cfloat), r"not torch\.complex64"),
    ],
)
def test_what_holds_no_plain_samples(wavs, message):
    with pytest.raises(TypeError, match=message):
        as_rows(wavs)
