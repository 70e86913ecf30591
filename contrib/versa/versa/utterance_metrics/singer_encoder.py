#!/usr/bin/env python3

#  Apache 2.0  (http://www.apache.org/licenses/LICENSE-2.0)

"""Singer similarity by an encoder of speechbrain_singer, at 44.1 kHz.

Audio of any length is heard in windows, silent ones left out, and resampled
from the sampling rate that comes with it.
"""

import numpy as np

from versa.definition import BaseMetric, MetricCategory, MetricMetadata, MetricType

KEY = "singer_encoder"


class SingerEncoderMetric(BaseMetric):
    """Cosine of singer embeddings, with a decision and a probability."""

    def _setup(self):
        try:
            import torch
            from speechbrain_singer import SingerEncoder, singer_similarity
        except ImportError as error:
            raise ImportError(
                "singer_encoder requires speechbrain_singer. "
                "Please run `tools/install_singer_encoder.sh` and retry"
            ) from error

        on_gpu = self.config.get("use_gpu", False) and torch.cuda.is_available()
        self.threshold = self.config.get("threshold")
        self.similarity = singer_similarity
        self.model = SingerEncoder.from_hparams(
            self.config.get("model_tag", "synthetic"),
            run_opts={"device": "cuda" if on_gpu else "cpu"},
        )

    def compute(self, predictions, references=None, metadata=None):
        if predictions is None:
            raise ValueError("Predicted signal must be provided")
        if references is None:
            raise ValueError("Reference signal must be provided")
        fs = (metadata or {}).get("sample_rate")
        if fs is None:
            # At a wrong rate the pitch and all formants would be others
            raise ValueError(
                "singer_encoder needs the sampling rate: give it as "
                "metadata={'sample_rate': ...}"
            )

        found = self.similarity(
            (np.asarray(predictions), fs),
            (np.asarray(references), fs),
            self.model,
            self.threshold,
        )
        scores = {f"{KEY}_similarity": found.score}
        if found.same_singer is not None:
            # A number, so that the summary has the share that is accepted
            scores[f"{KEY}_accepted"] = float(found.same_singer)
        if found.probability is not None:
            scores[f"{KEY}_probability"] = found.probability
        return scores

    def get_metadata(self):
        return _singer_encoder_metadata()


def _singer_encoder_metadata():
    return MetricMetadata(
        name=KEY,
        category=MetricCategory.NON_MATCH,
        metric_type=MetricType.DICT,
        requires_reference=True,
        requires_text=False,
        gpu_compatible=True,
        auto_install=False,
        dependencies=["speechbrain_singer", "torch", "numpy"],
        description="Singer similarity: cosine, decision and probability",
    )


def register_singer_encoder_metric(registry):
    """Register singer similarity by speechbrain_singer with the registry."""
    registry.register(
        SingerEncoderMetric,
        _singer_encoder_metadata(),
        aliases=["singer_encoder_similarity", "speechbrain_singer"],
    )
