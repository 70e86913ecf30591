"""Fixtures of several rooms; hypothesis looks at SpeechBrain's modules without
importing them."""

import functools
import logging
import shutil

import pytest
import shortcuts
import tiny_efficientnet
import torch
from speechbrain.utils.importutils import LazyModule

from speechbrain_singer.inference import source
from speechbrain_singer.inference.bundled import bundled_folders
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.stored_calibration import store_threshold
from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.voice_resnet import VoiceResNet
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder


def _getattr_but_file(module, name):
    # hypothesis asks all modules for their file, and a lazy one would import
    # what may not be installed (k2)
    if name == "__file__" and module.lazy_module is None:
        raise AttributeError(name)
    return getattr(module.ensure_module(1), name)


LazyModule.__getattr__ = _getattr_but_file

RATE = 44100


def coloured_noise(seconds, seed=0, tilt=0.9):
    """[time], of peak 0.5, its spectrum falling with the tilt."""
    generator = torch.Generator().manual_seed(seed)
    white = torch.randn(round(seconds * RATE), generator=generator)
    spectrum = torch.fft.rfft(white)
    spectrum /= torch.linspace(0.01, 1, len(spectrum)) ** tilt
    waveform = torch.fft.irfft(spectrum, len(white))
    return 0.5 * waveform / waveform.abs().max()


@pytest.fixture
def generator():
    """Makes a generator: seed -> torch.Generator."""
    return lambda seed=0: torch.Generator().manual_seed(seed)


@pytest.fixture(scope="session")
def noise():
    return coloured_noise


def of_random_weights(name):
    """An encoder whose batch norm has seen such noise: without that all sounds
    have one embedding."""
    torch.manual_seed(0)
    network = EfficientNet(name, embedding_dim=48)
    model = WaveformEncoder(LogMel(n_mels=64), network)
    model.eval()
    clips = [coloured_noise(0.5, n, tilt=n / 8) for n in range(12)]
    calibrate_batch_norm(model, torch.stack(clips))
    return model


@pytest.fixture(scope="session")
def model():
    return of_random_weights(tiny_efficientnet.NAME)


@pytest.fixture(scope="session")
def large_model():
    """Tells voices apart a little, which a small one by chance does not."""
    return of_random_weights("efficientnet_b0")


@pytest.fixture(scope="session")
def folder(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported") / "encoder"
    export_encoder(folder, model, window_seconds=1.0)
    store_threshold(folder, 0.5, {"corpus": "noise", "trials": 3})
    return folder


@pytest.fixture
def bundled(folder, tmp_path, monkeypatch):
    """Bundles an encoder: the name of its folder -> its folder."""
    place = tmp_path / "pretrained"
    listed = functools.partial(bundled_folders, [place])
    monkeypatch.setattr(source, "bundled_folders", listed)
    return lambda name: shutil.copytree(folder, place / name)


@pytest.fixture
def encoder(folder):
    return SingerEncoder.from_hparams(folder, run_opts={"device": "cpu"})


@pytest.fixture(scope="session")
def onnx_encoder(tmp_path_factory):
    """An encoder of few parameters, and what `export_file` said of it."""
    pytest.importorskip("onnxscript")
    pytest.importorskip("onnxruntime")
    from speechbrain_singer.inference.exported_file import export_file

    torch.manual_seed(0)
    features = LogMel(n_mels=16, hop_length=4096)
    network = VoiceResNet(16, (2,), (1,), 3)
    modules = {"encoder": WaveformEncoder(features, network)}
    hparams = {"window_seconds": 0.6, "window_overlap": 0.25}
    encoder = SingerEncoder(modules, hparams)
    encoder.threshold, encoder.sha256 = 0.25, "ab"
    folder = tmp_path_factory.mktemp("onnx")
    return encoder, export_file(encoder, folder / "encoder.onnx", "mine")


@pytest.fixture(scope="session", autouse=True)
def no_waiting():
    """For what no test looks at."""
    with pytest.MonkeyPatch.context() as patch:
        shortcuts.describe_no_environment(patch)
        shortcuts.wait_for_no_disk(patch)
        yield


@pytest.fixture(autouse=True)
def logs_of_others_are_quiet():
    """A recipe that ran in this process has made all of them talk."""
    logging.root.setLevel(logging.WARNING)


@pytest.fixture(scope="module")
def nothing_is_drawn():
    """Drawing takes as long as all the rest; pictures have their own tests."""
    with pytest.MonkeyPatch.context() as patch:
        shortcuts.draw_nothing(patch)
        yield


@pytest.fixture(scope="module")
def probes_choose_from_two():
    """What they choose is tested with the probes."""
    with pytest.MonkeyPatch.context() as patch:
        shortcuts.choose_from_two(patch)
        yield


@pytest.fixture(scope="module")
def pictures_are_left_out():
    """As good as `nothing_is_drawn` where nobody asks for pictures."""
    with pytest.MonkeyPatch.context() as patch:
        shortcuts.compose_nothing(patch)
        yield
