import sys

import pytest
import torch

from speechbrain_singer.baselines.wavlm_sv import WavLMSV
from speechbrain_singer.dataio.audio import AudioError

transformers = pytest.importorskip("transformers")


@pytest.fixture
def save(tmp_path):
    """Writes a small model with random values: its folder and the model."""

    def save(normalise=False):
        torch.manual_seed(0)
        config = transformers.WavLMConfig(
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=48,
            conv_dim=(16,) * 7,
            num_conv_pos_embeddings=16,
            num_conv_pos_embedding_groups=4,
            tdnn_dim=(24, 24, 24, 24, 40),
            xvector_output_dim=12,
            use_weighted_layer_sum=True,
        )
        model = transformers.WavLMForXVector(config).eval()
        model.save_pretrained(tmp_path)
        transformers.Wav2Vec2FeatureExtractor(
            do_normalize=normalise
        ).save_pretrained(tmp_path)
        return tmp_path, model

    return save


@pytest.mark.parametrize("normalise", [False, True])
@torch.no_grad()
def test_equals_transformers_whatever_the_padding(normalise, save):
    folder, model = save(normalise)
    encoder = WavLMSV(folder)
    wavs = torch.randn(2, 16000)
    extractor = transformers.AutoFeatureExtractor.from_pretrained(folder)
    embeddings = encoder.encode_batch(wavs, torch.tensor([1.0, 0.5]))
    assert encoder.sample_rate == 16000
    assert embeddings.shape == (2, 1, encoder.dimension) == (2, 1, 12)
    for row, samples in enumerate([16000, 8000]):
        inputs = extractor(
            wavs[row, :samples].numpy(),
            sampling_rate=16000,
            return_tensors="pt",
        )
        expected = model(inputs.input_values).embeddings
        assert torch.allclose(embeddings[row], expected, atol=1e-5)


def test_shortest_clip(save):
    """16 frames go into the TDNNs, which leave 2 of them."""
    encoder = WavLMSV(save()[0])
    assert encoder.min_samples == 400 + 15 * 320
    shortest = torch.randn(1, encoder.min_samples)
    assert encoder.encode_batch(shortest).isfinite().all()
    with pytest.raises(AudioError, match="too short"):
        encoder.encode_batch(shortest[:, 1:])


def test_incomplete_checkpoint(save):
    folder, model = save()
    parameters = model.state_dict()
    del parameters["tdnn.3.kernel.weight"]
    del parameters["classifier.weight"]  # no part of the embedding
    model.save_pretrained(folder, state_dict=parameters)
    with pytest.raises(ValueError, match=r"lacks 1 .*tdnn.3.kernel.weight"):
        WavLMSV(folder)


def test_transformers_is_missing(monkeypatch):
    """That is said before anything is fetched."""
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ImportError, match=r"install speechbrain_singer\[base"):
        WavLMSV()
