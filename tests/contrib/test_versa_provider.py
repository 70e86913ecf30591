"""The provider for VERSA runs as VERSA runs it, beside stand-ins for what of
VERSA it needs; VERSA's own test of it, too."""

import importlib.util
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
import yaml

from speechbrain_singer.inference.encoder import SingerEncoder

VERSA = Path(__file__).parents[2] / "contrib" / "versa"
METRIC = "versa.utterance_metrics.singer_encoder"


class _BaseMetric(ABC):
    def __init__(self, config=None):
        self.config = config or {}
        self._setup()

    @abstractmethod
    def _setup(self): ...

    @abstractmethod
    def compute(self, predictions, references=None, metadata=None): ...

    @abstractmethod
    def get_metadata(self): ...


@dataclass
class _MetricMetadata:
    name: str
    category: Enum
    metric_type: Enum
    requires_reference: bool
    requires_text: bool
    gpu_compatible: bool
    auto_install: bool
    dependencies: list
    description: str
    paper_reference: str = None
    implementation_source: str = None


class _MetricRegistry:
    def __init__(self):
        self.known = {}

    def register(self, metric_class, metadata, aliases=()):
        for name in (metadata.name, *aliases):
            self.known[name] = metric_class, metadata

    def get_metric(self, name):
        return self.known[name][0]

    def get_metadata(self, name):
        return self.known[name][1]


def _loaded(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _beside_stand_ins():
    """The provider, and its test as VERSA has it."""
    definition = ModuleType("versa.definition")
    definition.BaseMetric = _BaseMetric
    definition.MetricMetadata = _MetricMetadata
    definition.MetricRegistry = _MetricRegistry
    definition.MetricCategory = Enum("MetricCategory", ["NON_MATCH"])
    definition.MetricType = Enum("MetricType", ["DICT"])
    names = ["versa", definition.__name__, "versa.utterance_metrics", METRIC]
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setitem(sys.modules, name, ModuleType(name))
        sys.modules[definition.__name__] = definition
        path = VERSA / "versa" / "utterance_metrics" / "singer_encoder.py"
        provider = _loaded(METRIC, path)
        path = VERSA / "test" / "test_metrics" / "test_singer_encoder.py"
        return provider, _loaded("versa_test_of_singer_encoder", path)


provider, _theirs = _beside_stand_ins()
# Their tests and fixtures are tests and fixtures here
asked, audio = _theirs.asked, _theirs.audio
globals().update(
    {name: own for name, own in vars(_theirs).items() if name[:5] == "test_"}
)


@pytest.fixture
def voices(noise):
    """Two of other lengths than a window, at 32 kHz as VERSA gives them."""
    return [
        noise(seconds, seed, tilt).double().numpy()
        for seconds, seed, tilt in ((2.3, 1, 1.2), (0.9, 2, 0.4))
    ]


def test_with_a_real_encoder(folder, voices):
    metric = provider.SingerEncoderMetric(
        {"name": "singer_encoder", "model_tag": str(folder), "use_gpu": False}
    )
    scores = metric.compute(*voices, {"sample_rate": 32000, "key": "a"})
    encoder = SingerEncoder.from_hparams(folder)
    a, b = (encoder.encode_waveform(voice, 32000) for voice in voices)
    cosine = torch.dot(a, b).item()
    assert scores == {
        "singer_encoder_similarity": pytest.approx(cosine, abs=1e-5),
        "singer_encoder_accepted": float(cosine > 0.5),  # the folder's
    }
    with pytest.raises(ValueError, match="silent"):
        metric.compute(np.zeros(32000), voices[1], {"sample_rate": 32000})


def test_the_configuration_names_what_is_registered():
    path = VERSA / "egs" / "separate_metrics" / "singer_encoder.yaml"
    (entry,) = yaml.safe_load(path.read_text())
    registry = _MetricRegistry()
    provider.register_singer_encoder_metric(registry)
    metric = registry.get_metric(entry.pop("name"))
    assert metric is provider.SingerEncoderMetric
    assert entry == {"model_tag": "synthetic"}  # is bundled
