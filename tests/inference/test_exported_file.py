import json
import zipfile

import pytest
import tiny_efficientnet
import torch
from small_encoders import SECONDS, small_encoder

from speechbrain_singer.inference import exported_file
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.exported_file import export_file, facts_of
from speechbrain_singer.inference.exported_program import exported_program
from speechbrain_singer.inference.portable import PortableEncoder
from speechbrain_singer.lobes.decibels import MelDecibels
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.magnitude_mel import LogMagnitudeMel
from speechbrain_singer.lobes.pooled_efficientnet import PooledEfficientNet
from speechbrain_singer.lobes.waveform import Waveform
from speechbrain_singer.lobes.waveform_cnn import WaveformCNN
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.published.features import PublishedLogMel

runtime = pytest.importorskip("onnxruntime")


def singer_encoder(features, network, window_seconds, **hparams):
    modules = {"encoder": WaveformEncoder(features, network)}
    hparams["window_seconds"] = window_seconds
    return SingerEncoder(modules, hparams)


@pytest.fixture
def small(onnx_encoder):
    return onnx_encoder[0]


@pytest.fixture
def written(onnx_encoder):
    return onnx_encoder[1]


def test_onnx_runtime_gives_the_encoder_s_embeddings(written, small):
    session = runtime.InferenceSession(str(written.path))
    # Of one frame after the stride, as long as hops, and not so
    for batch, samples in ((1, 4410), (2, 4 * 4096), (5, 22050)):
        windows = 0.2 + 0.1 * torch.randn(batch, samples)
        feed = {"waveform": windows.numpy()}
        (found,) = session.run(["embedding"], feed)
        expected = small.encode_batch(windows)[:, 0]
        assert torch.from_numpy(found).sub(expected).abs().max() < 1e-5
    assert written.difference < 1e-5
    assert written.megabytes == written.path.stat().st_size / 1e6
    assert written.seconds[0] == 0.1
    assert written.seconds[-1] == 0.6


def test_a_file_says_what_its_encoder_is_like(written):
    meta = runtime.InferenceSession(str(written.path)).get_modelmeta()
    assert meta.custom_metadata_map == {
        **{"encoder": "mine", "sample_rate": "44100", "min_seconds": "0.1"},
        **{"window_seconds": "0.6", "window_overlap": "0.25"},
        **{"dimension": "3", "score": "cosine"},
        **{"threshold": "0.25", "sha256": "ab"},
    }
    # Nor where on which machine it was made
    assert b".py" not in written.path.read_bytes()


def test_sizes_have_names(written):
    session = runtime.InferenceSession(str(written.path))
    assert session.get_inputs()[0].shape == ["batch", "samples"]
    assert session.get_outputs()[0].shape == ["batch", 3]


def test_a_program_of_one_length(tmp_path):
    parts = parts_of_one_length()
    encoder = singer_encoder(*parts, SECONDS, score="squared_distance")
    done = export_file(encoder, tmp_path / "small.pt2", "mine")
    embed = torch.export.load(done.path).module()
    windows = torch.randn(2, round(SECONDS * 22050))
    expected = encoder.encode_batch(windows)[:, 0]
    torch.testing.assert_close(embed(windows), expected)
    # Of the length that the network gives them
    assert not torch.allclose(expected.norm(dim=1), torch.ones(2), atol=0.1)
    with zipfile.ZipFile(done.path) as archive:
        (name,) = (n for n in archive.namelist() if "encoder.json" in n)
        assert json.loads(archive.read(name)) == facts_of(encoder, "mine")


def parts_of_one_length():
    encoder = small_encoder(aggregation="none")
    return encoder.features, encoder.encoder


@pytest.mark.parametrize(
    "features, network",
    [
        (PublishedLogMel, lambda: EfficientNet(tiny_efficientnet.NAME, 5)),
        (LogMagnitudeMel, lambda: PooledEfficientNet(tiny_efficientnet.NAME)),
    ],
)
def test_other_parts(features, network):
    encoder = singer_encoder(features(), network(), 1.0)
    embed = exported_program(encoder).module()
    for batch, seconds in ((1, 0.1), (3, 0.37)):
        windows = torch.randn(batch, round(seconds * encoder.sample_rate))
        expected = encoder.encode_batch(windows)[:, 0]
        torch.testing.assert_close(embed(windows), expected)


@pytest.mark.parametrize(
    "features", [LogMel, LogMagnitudeMel, MelDecibels, PublishedLogMel]
)
def test_what_is_traced_of_front_ends_computes_the_same(features, monkeypatch):
    features = features()
    wavs = 0.1 * torch.randn(2, 9000)
    expected = features(wavs)
    monkeypatch.setattr(torch.compiler, "is_exporting", lambda: True)
    found = features(wavs)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


def test_the_old_file_stays_if_the_new_one_differs(
    small, tmp_path, monkeypatch
):
    path = tmp_path / "a.pt2"
    path.write_text("old")
    program = torch.nn.Linear(4410, 3).eval()
    embedder = exported_file._Kind(
        lambda *_: None, lambda _: lambda w: w[:, :3]
    )
    monkeypatch.setattr(exported_file, "exported_program", lambda _: program)
    monkeypatch.setitem(exported_file._KINDS, ".pt2", embedder)
    with pytest.raises(ValueError, match=r"a\.pt2: not written: .* differ"):
        export_file(small, path, "mine")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_exported_is_named(tmp_path):
    network = WaveformCNN(24000)
    encoder = singer_encoder(Waveform(16000), network, 1.5)
    with pytest.raises(ValueError, match=r"Waveform, a part .* LogMel, "):
        export_file(encoder, tmp_path / "a.pt2", "mine")
    with pytest.raises(TypeError, match="Linear: only encoders"):
        exported_program(torch.nn.Linear(1, 1))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_named(small, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnxscript", None)
    with pytest.raises(ImportError, match=r"speechbrain_singer\[onnx\]"):
        export_file(small, tmp_path / "a.onnx", "mine")


def test_what_is_traced_leaves_the_encoder_as_it_was(small):
    before = {name: own.stride() for name, own in small.named_parameters()}
    training = small.mods.encoder.encoder.train()
    try:
        assert not PortableEncoder(small).network.training
        assert training.training
    finally:
        training.eval()
    after = {name: own.stride() for name, own in small.named_parameters()}
    assert before == after


def test_a_window_of_every_length_is_compared(small):
    facts = facts_of(small, "mine")
    lengths = exported_file._lengths(small)
    assert (lengths[0], lengths[-1]) == (
        facts["min_seconds"],
        facts["window_seconds"],
    )
    assert len(lengths) == 3
