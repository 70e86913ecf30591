import subprocess
import sys

import numpy as np
import pytest
import soundfile
import torch
import torch.nn.functional as F

import speechbrain_singer
from speechbrain_singer.dataio import audio
from speechbrain_singer.dataio.audio import AudioError, resampler
from speechbrain_singer.inference.encoder import SingerEncoder

RATE = 44100


def write(path, waveform, rate=RATE):
    soundfile.write(path, np.asarray(waveform).T, rate, subtype="FLOAT")
    return path


def close(actual, expected):
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=0)


def without_offset(wavs):
    weights = torch.hann_window(wavs.shape[1])
    return wavs - (wavs @ weights / weights.sum()).unsqueeze(1)


def test_a_short_clip_is_the_model_s_output(noise, encoder, model):
    wavs = torch.stack([noise(0.7, 1), noise(0.7, 2, tilt=0.2)])
    with torch.no_grad():
        expected = F.normalize(model(without_offset(wavs)), dim=-1)
    embeddings = encoder.encode_batch(wavs)
    assert embeddings.shape == (2, 1, 48)
    close(embeddings[:, 0], expected)
    # and the test could fail: the two differ
    assert (expected[0] - expected[1]).abs().max() > 0.01


def test_long_audio_is_the_mean_direction_of_its_windows(
    noise, encoder, model, tmp_path
):
    audio = noise(2.2)
    starts = [0, 44100, len(audio) - 44100]
    with torch.no_grad():
        windows = torch.stack([audio[s : s + 44100] for s in starts])
        windows = model(without_offset(windows))
    expected = F.normalize(F.normalize(windows, dim=-1).mean(0), dim=-1)
    close(encoder.encode_batch(audio)[0, 0], expected)
    close(encoder.encode_file(write(tmp_path / "a.wav", audio)), expected)


def test_an_embedding_depends_on_nothing_else_in_the_batch(noise, encoder):
    clips = [noise(s, seed) for seed, s in enumerate([0.3, 1.7, 0.5, 0.5, 1])]
    padded = torch.nn.utils.rnn.pad_sequence(clips, batch_first=True)
    padded[0, len(clips[0]) :] = 0.9  # whatever stands in the padding
    lens = torch.tensor([len(c) for c in clips]) / padded.shape[1]
    together = encoder.encode_batch(padded, lens)
    for clip, embedding in zip(clips, together, strict=True):
        close(encoder.encode_batch(clip)[0], embedding)


def test_level_does_not_matter(noise, encoder):
    audio = noise(1.5)
    close(encoder.encode_batch(audio), encoder.encode_batch(0.01 * audio))


def test_arrays_of_any_rate_and_channels(noise, encoder):
    audio = noise(1.2)
    expected = encoder.encode_batch(audio)
    close(encoder.encode_batch(audio.double().numpy()), expected)
    close(encoder.encode_waveform(audio.numpy(), RATE), expected[0, 0])
    stereo = torch.stack([1.5 * audio, 0.5 * audio])
    close(encoder.encode_waveform(stereo, RATE), expected[0, 0])
    at_48000 = noise(1.2, 3)
    at_44100 = resampler(48000, RATE)(at_48000)
    close(
        encoder.encode_waveform(at_48000, 48000),
        encoder.encode_batch(at_44100)[0, 0],
    )


@pytest.mark.parametrize("rate", [44100, 48000])
def test_files_are_read_in_blocks_as_in_one_piece(
    noise, encoder, tmp_path, monkeypatch, rate
):
    path = write(tmp_path / "a.wav", noise(2.2), rate)
    expected = encoder.encode_file(path)
    monkeypatch.setattr(audio, "_BLOCK_SAMPLES", 5000)
    close(encoder.encode_file(path), expected)


def test_stereo_files_are_averaged(noise, encoder, tmp_path):
    wav = noise(0.5)
    path = write(tmp_path / "a.wav", torch.stack([1.5 * wav, 0.5 * wav]))
    close(encoder.encode_file(path), encoder.encode_batch(wav)[0, 0])
    close(encoder.load_audio(path), wav)


def test_a_rest_changes_nothing(noise, encoder):
    audio = noise(1.0)
    # As long as a window: no window lies in both
    rest = torch.zeros(44100)
    with_rest = torch.cat([rest, rest, audio])
    close(encoder.encode_batch(with_rest), encoder.encode_batch(audio))


def test_low_rates_are_warned_of_once(noise, encoder, tmp_path, caplog):
    paths = [write(tmp_path / f"{n}.wav", noise(0.1), 8000) for n in "ab"]
    embeddings = encoder.encode_files(paths, progressbar=False)
    assert embeddings.isfinite().all()
    warnings = [r.getMessage() for r in caplog.records]
    assert len(warnings) == 1
    assert "a.wav" in warnings[0] and "8000 Hz" in warnings[0]


@pytest.fixture
def bad_files(noise, tmp_path):
    audio = noise(0.5)
    nan = audio.clone()
    nan[100] = torch.nan
    whole = write(tmp_path / "whole.wav", audio).read_bytes()
    (tmp_path / "truncated.wav").write_bytes(whole[:20000])
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "text.wav").write_text("la la la")
    write(tmp_path / "nan.wav", nan)
    write(tmp_path / "silent.wav", torch.zeros(44100))
    write(tmp_path / "short.wav", audio[: RATE // 20])
    return tmp_path


@pytest.mark.parametrize(
    "name, reason",
    [
        ("missing", "no such file"),
        ("empty", "empty"),
        ("truncated", "truncated"),
        ("text", "not an audio file"),
        ("nan", "NaN"),
        ("silent", "silent"),
        ("short", r"too short to encode: 0\.050 s, at least 0\.100 s"),
    ],
)
def test_bad_files_are_named(encoder, bad_files, name, reason):
    with pytest.raises(AudioError, match=rf"{name}\.wav: .*{reason}"):
        encoder.encode_file(bad_files / f"{name}.wav")


def test_bad_files_do_not_stop_the_others(encoder, bad_files, caplog):
    good = bad_files / "whole.wav"
    paths = [bad_files / "missing.wav", good, str(bad_files / "silent.wav")]
    embeddings = encoder.encode_files(paths, progressbar=False)
    assert embeddings[[0, 2]].isnan().all()
    close(embeddings[1], encoder.encode_file(good))
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 2
    assert "missing.wav" in messages[0] and "silent.wav" in messages[1]


def test_files_go_through_the_network_together_and_come_out_as_alone(
    noise, encoder, bad_files
):
    lengths = [0.5, 2.2, 0.5, 1.0, 0.7, 0.5]
    paths = [
        write(bad_files / f"{n}.wav", noise(seconds, n, tilt=n / 6))
        for n, seconds in enumerate(lengths)
    ]
    paths.insert(3, bad_files / "nan.wav")
    alone = [encoder.encode_file(p) for p in paths if p.name != "nan.wav"]
    shapes = []
    hook = encoder.mods.encoder.register_forward_pre_hook(
        lambda _, inputs: shapes.append(tuple(inputs[0].shape))
    )
    together = encoder.encode_files(iter(paths), progressbar=False)
    hook.remove()
    assert together[3].isnan().all()
    close(together[[0, 1, 2, 4, 5, 6]], torch.stack(alone))
    assert sorted(shapes) == [(1, 30870), (3, 22050), (4, 44100)]


def test_files_are_encoded_without_gradients(noise, folder, tmp_path):
    thawed = SingerEncoder.from_hparams(
        folder, freeze_params=False, run_opts={"device": "cpu"}
    )
    path = write(tmp_path / "a.wav", noise(0.5))
    assert not thawed.encode_files([path], progressbar=False).requires_grad
    assert not thawed.encode_file(path).requires_grad


def test_only_bad_files_are_an_error(encoder, bad_files):
    paths = [bad_files / "missing.wav", bad_files / "silent.wav"]
    with pytest.raises(AudioError, match=r"none of 2 files.*missing\.wav"):
        encoder.encode_files(paths, progressbar=False)


def test_bad_rows_are_named(noise, encoder):
    wavs = torch.stack([noise(0.5), torch.zeros(22050), noise(0.5, 1)])
    with pytest.raises(AudioError, match=r"row 1.*silent"):
        encoder.encode_batch(wavs)
    with pytest.raises(AudioError, match=r"row 2.*too short"):
        encoder.encode_batch(wavs[[0, 2, 0]], torch.tensor([1, 1, 0.1]))
    wavs[2, 7] = torch.inf
    with pytest.raises(AudioError, match=r"row 2.*NaN or infinite"):
        encoder.encode_batch(wavs)


@pytest.mark.parametrize(
    "wavs, wav_lens, error, message",
    [
        ("a.wav", None, TypeError, "encode_file"),
        (torch.ones(1, 9000, dtype=torch.int16), None, TypeError, "32768"),
        (torch.ones(1, 2, 9000), None, ValueError, r"\[1, 2, 9000\]"),
        (torch.ones(2, 0), None, ValueError, "empty"),
        (torch.ones(2, 9000), [1.0], ValueError, "2 relative lengths"),
        (torch.ones(2, 9000), [0.5, 9000], ValueError, "in \\(0, 1\\]"),
    ],
)
def test_wrong_input_is_explained(encoder, wavs, wav_lens, error, message):
    with pytest.raises(error, match=message):
        encoder.encode_batch(wavs, wav_lens)


def test_soundfile_s_layout_is_explained(noise, encoder, tmp_path):
    path = write(tmp_path / "a.wav", torch.stack([noise(0.5), noise(0.5)]))
    samples, rate = soundfile.read(path)
    with pytest.raises(ValueError, match=r"\[22050, 2\].*transpose"):
        encoder.encode_waveform(samples, rate)
    close(encoder.encode_waveform(samples.T, rate), encoder.encode_file(path))


def test_one_path_is_no_list_of_paths(encoder):
    with pytest.raises(TypeError, match="for one there are encode_f"):
        encoder.encode_files("a.wav")


def test_verification(noise, encoder, tmp_path):
    a, b = noise(0.5), noise(0.5, 1, tilt=0.0)
    paths = [
        write(tmp_path / f"{n}.wav", w)
        for n, w in zip("ab", [a, b], strict=True)
    ]
    vectors = [encoder.encode_file(path).numpy() for path in paths]
    expected = float(np.dot(*vectors))

    score, same_singer = encoder.verify_files(*paths)
    assert score == pytest.approx(expected, abs=1e-5)
    assert same_singer is (expected > 0.5)
    assert encoder.verify_files(*paths, expected - 0.01).same_singer is True
    assert encoder.verify_files(*paths, expected + 0.01).same_singer is False

    batch = encoder.verify_batch(torch.stack([a, a]), torch.stack([a, b]))
    close(batch.score, torch.tensor([[1.0], [expected]]))
    assert batch.same_singer.tolist() == [[True], [expected > 0.5]]


def test_verification_needs_a_threshold(noise, encoder):
    encoder.threshold = None
    with pytest.raises(ValueError, match="no threshold"):
        encoder.verify_files("a.wav", "b.wav")
    wavs = noise(0.5)
    assert encoder.verify_batch(wavs, wavs, threshold=0.9).same_singer.item()


def test_what_it_says_of_itself(encoder):
    assert encoder.sample_rate == 44100
    assert encoder.dimension == 48
    assert encoder.threshold == 0.5
    # SpeechBrain's default is 16000
    assert encoder.audio_normalizer.sample_rate == 44100


def test_bf16_is_close_and_comes_back_as_float32(noise, folder, encoder):
    options = {"precision": "bf16", "device": torch.device("cpu")}
    half = SingerEncoder.from_hparams(folder, run_opts=options)
    wavs = torch.stack([noise(0.7, 1), noise(0.7, 2)])
    actual, expected = half.encode_batch(wavs), encoder.encode_batch(wavs)
    assert actual.dtype == torch.float32
    assert F.cosine_similarity(actual, expected, dim=-1).min() > 0.99
    # It did run in another precision
    assert not torch.equal(actual, expected)


def test_unfrozen_parameters_stay_in_eval_and_have_gradients(
    noise, folder, encoder
):
    thawed = SingerEncoder.from_hparams(
        folder, freeze_params=False, run_opts={"device": "cpu"}
    )
    wavs = noise(0.5)
    embedding = thawed.encode_batch(wavs)
    close(embedding.detach(), encoder.encode_batch(wavs))
    embedding.sum().backward()
    gradients = [p.grad for p in thawed.mods.parameters()]
    assert all(g is not None and g.isfinite().all() for g in gradients)
    assert not encoder.encode_batch(wavs).requires_grad


def test_gradients_reach_the_waveform(noise, encoder):
    wavs = noise(0.5).requires_grad_()
    encoder.encode_batch(wavs)[0, 0, 0].backward()
    assert wavs.grad.abs().max() > 0


def test_importing_the_package_imports_no_torch():
    code = "import sys, speechbrain_singer; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
    assert speechbrain_singer.SingerEncoder is SingerEncoder
    with pytest.raises(AttributeError, match="SpeakerEncoder"):
        _ = speechbrain_singer.SpeakerEncoder


def test_batches_of_other_numbers_of_rows(encoder, noise):
    two, three = torch.stack(2 * [noise(0.5)]), torch.stack(3 * [noise(0.5)])
    for one, other in ((two, three), (two[:1], three)):
        with pytest.raises(ValueError, match=f"{len(one)} and 3 rows"):
            encoder.verify_batch(one, other, threshold=0.5)


@pytest.mark.parametrize("threshold", [float("nan"), "high", [0.5]])
def test_a_threshold_that_is_no_number(encoder, threshold):
    for verify in (encoder.verify_batch, encoder.verify_files):
        with pytest.raises(ValueError, match=r"threshold: .* finite number"):
            verify("a.wav", "b.wav", threshold=threshold)


@pytest.mark.parametrize("empty", [None, float("nan")])
def test_an_item_that_is_no_path_does_not_stop_the_others(
    encoder, noise, tmp_path, caplog, empty
):
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(1.0).numpy(), 44100)
    rows = encoder.encode_files([path, empty, path], progressbar=False)
    assert rows.isnan().all(dim=1).tolist() == [False, True, False]
    assert f"item 1 is {empty!r}, no path" in caplog.text
