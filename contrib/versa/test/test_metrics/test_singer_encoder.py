#!/usr/bin/env python3

#  Apache 2.0  (http://www.apache.org/licenses/LICENSE-2.0)

"""Unit tests for singer similarity by speechbrain_singer."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from versa.definition import MetricRegistry
from versa.utterance_metrics.singer_encoder import (
    SingerEncoderMetric,
    register_singer_encoder_metric,
)


@pytest.fixture
def asked(monkeypatch):
    """What speechbrain_singer, replaced by a stand-in, was asked."""
    pytest.importorskip("torch")
    calls = {}

    class Encoder:
        @staticmethod
        def from_hparams(source, run_opts):
            calls["setup"] = source, run_opts
            return "model"

    def similarity(generated, reference, encoder, threshold):
        calls["rates"] = generated[1], reference[1]
        calls["threshold"] = threshold
        calls["encoder"] = encoder
        return calls["found"]

    calls["found"] = SimpleNamespace(score=0.5, same_singer=True, probability=0.75)
    package = SimpleNamespace(SingerEncoder=Encoder, singer_similarity=similarity)
    monkeypatch.setitem(sys.modules, "speechbrain_singer", package)
    return calls


@pytest.fixture
def audio():
    rng = np.random.default_rng(0)
    return rng.normal(0, 0.1, 16000), rng.normal(0, 0.1, 16000)


def test_scores_are_plain_numbers_for_the_summary(asked, audio):
    metric = SingerEncoderMetric({"model_tag": "mine", "threshold": 0.8})
    scores = metric.compute(*audio, metadata={"sample_rate": 24000})
    assert scores == {
        "singer_encoder_similarity": 0.5,
        "singer_encoder_accepted": 1.0,
        "singer_encoder_probability": 0.75,
    }
    assert type(scores["singer_encoder_accepted"]) is float
    assert asked["setup"] == ("mine", {"device": "cpu"})
    assert asked["encoder"] == "model"
    assert asked["threshold"] == 0.8
    assert asked["rates"] == (24000, 24000)


def test_an_encoder_without_threshold_has_only_a_cosine(asked, audio):
    asked["found"] = SimpleNamespace(score=0.5, same_singer=None, probability=None)
    scores = SingerEncoderMetric().compute(*audio, metadata={"sample_rate": 24000})
    assert scores == {"singer_encoder_similarity": 0.5}


@pytest.mark.parametrize("metadata", [None, {}, {"sample_rate": None}])
def test_the_sampling_rate_is_never_taken_for_granted(asked, audio, metadata):
    with pytest.raises(ValueError, match="needs the sampling rate"):
        SingerEncoderMetric().compute(*audio, metadata=metadata)


def test_both_signals_are_needed(asked, audio):
    metric = SingerEncoderMetric()
    with pytest.raises(ValueError, match="Predicted"):
        metric.compute(None, audio[1], metadata={"sample_rate": 24000})
    with pytest.raises(ValueError, match="Reference"):
        metric.compute(audio[0], None, metadata={"sample_rate": 24000})


def test_registration():
    registry = MetricRegistry()
    register_singer_encoder_metric(registry)
    for name in ("singer_encoder", "singer_encoder_similarity"):
        assert registry.get_metric(name) is SingerEncoderMetric
    assert registry.get_metadata("singer_encoder").requires_reference is True


def test_a_missing_package_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "speechbrain_singer", None)
    with pytest.raises(ImportError, match="install_singer_encoder.sh"):
        SingerEncoderMetric()
