"""A small MuQ with random values, as its folder on the hub is."""

import pytest
import torch

muq = pytest.importorskip("muq")

# Those of transformers' conformer that its layers ask for
CONFORMER = {
    **{
        "num_attention_heads": 2,
        "intermediate_size": 48,
        "hidden_act": "swish",
    },
    **{"position_embeddings_type": "rotary", "rotary_embedding_base": 10000},
    **{"conv_depthwise_kernel_size": 5, "conformer_conv_dropout": 0.1},
    **{"hidden_dropout": 0.1, "attention_dropout": 0.1, "layerdrop": 0.9},
    **{"activation_dropout": 0.1, "layer_norm_eps": 1e-5},
    **{"num_conv_pos_embeddings": 4, "num_conv_pos_embedding_groups": 2},
    **{"feat_extract_activation": "gelu", "max_source_positions": 5000},
}


def save_muq(folder, **changes):
    """Writes a model into a folder, and returns it."""
    torch.manual_seed(0)
    model = muq.MuQ(
        {
            **{"encoder_dim": 32, "encoder_depth": 2, "conv_dim": 4},
            "stat": {"melspec_2048_mean": 6.8, "melspec_2048_std": 18.4},
            "w2v2_config": {**CONFORMER, **changes},
        }
    )
    model.save_pretrained(folder)
    return model.eval()
