"""Small models of each kind with random values, as folders on the hub are."""

import json

import numpy as np
import pytest
import torch

transformers = pytest.importorskip("transformers")

SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "conv_dim": (16,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
}

# Network, settings, and whether its feature extractor normalises
MODELS = {
    "wav2vec2": ("Wav2Vec2", {}, True),
    "xlsr-53": (
        "Wav2Vec2",
        {
            "feat_extract_norm": "layer",
            "conv_bias": True,
            "do_stable_layer_norm": True,
        },
        True,
    ),
    "hubert": ("Hubert", {}, True),
    "wavlm": ("WavLM", {}, False),
    "mert": ("Hubert", {}, True),
    "mert-v1": ("Hubert", {}, True),
    "music2vec": ("Data2VecAudio", {"conv_pos_kernel_size": 7}, True),
}


def save_model(folder, name, sample_rate=None, **changes):
    """Writes a model into a folder, and returns it."""
    if sample_rate is None:
        sample_rate = 24000 if name == "mert-v1" else 16000
    torch.manual_seed(0)
    network, settings, normalise = MODELS[name]
    config = getattr(transformers, f"{network}Config")(
        **{**SMALL, **settings, **changes}
    )
    model = getattr(transformers, f"{network}Model")(config).eval()
    for parameter in model.parameters():
        if parameter.ndim == 1:  # biases, or quiet audio is but scaled
            torch.nn.init.normal_(parameter, mean=0.5, std=0.3)
    model.save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(
        sampling_rate=sample_rate, do_normalize=normalise
    ).save_pretrained(folder)
    return model


@torch.no_grad()
def by_transformers(folder, model, wav):
    """All hidden layers of a clip, [frames, layers, width]."""
    extractor = transformers.AutoFeatureExtractor.from_pretrained(folder)
    inputs = extractor(
        np.asarray(wav),
        sampling_rate=extractor.sampling_rate,
        return_tensors="pt",
    )
    outputs = model(inputs.input_values, output_hidden_states=True)
    return torch.cat(outputs.hidden_states).transpose(0, 1)


def edit(path, **changes):
    """Changes a JSON file."""
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
