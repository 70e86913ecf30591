"""wav2vec 2.0 and its kin, built from plain settings."""

from speechbrain_singer.checks import check_choice
from speechbrain_singer.lobes.network_config import check_config, plain_config

# By `model_type`, as transformers has them
_KINDS = {
    "wav2vec2": "Wav2Vec2",
    "hubert": "Hubert",
    "wavlm": "WavLM",
    "data2vec-audio": "Data2VecAudio",
}
_ALLOWED = {
    "model_type": str,
    # The convolutions
    **{"conv_dim": [2**13], "conv_kernel": [2**10], "conv_stride": [2**10]},
    **{"conv_bias": bool, "feat_extract_norm": str},
    **{"feat_extract_activation": str, "feat_proj_layer_norm": bool},
    # Where in the clip a frame is
    **{"num_conv_pos_embeddings": 2**10, "conv_pos_kernel_size": 2**10},
    **{"num_conv_pos_embedding_groups": 2**10, "conv_pos_batch_norm": bool},
    **{"num_buckets": 2**13, "max_bucket_distance": 2**20},
    # The transformer
    **{"num_hidden_layers": 64, "hidden_size": 2**13},
    **{"num_attention_heads": 2**8, "intermediate_size": 2**15},
    **{"hidden_act": str, "layer_norm_eps": 1.0, "do_stable_layer_norm": bool},
    **{"adapter_attn_dim": 2**13},
    # In training
    **{"hidden_dropout": 1.0, "activation_dropout": 1.0},
    **{"attention_dropout": 1.0, "feat_proj_dropout": 1.0},
    **{"mask_time_prob": 1.0, "mask_time_length": 2**10},
    **{"mask_time_min_masks": 2**10, "mask_feature_prob": 1.0},
    **{"mask_feature_length": 2**10, "mask_feature_min_masks": 2**10},
}


def build_wav2vec2(config):
    """A network with random weights. Nothing is fetched or read.

    Arguments
    ---------
    config : dict
        Its `model_type`, wav2vec2, hubert, wavlm or data2vec-audio, and those
        of transformers' settings that are not as there.

    Returns
    -------
    network : transformers.PreTrainedModel

    Raises
    ------
    ImportError
        If the package transformers is missing.
    ValueError
        If there is no such setting, or it makes no sense.

    Example
    -------
    >>> build_wav2vec2({"model_type": "bert"})
    Traceback (most recent call last):
    ValueError: model_type: 'bert': must be one of wav2vec2, hubert, wavlm, \
data2vec-audio
    """
    check_config(config, _ALLOWED)
    settings = dict(config)
    kind = settings.pop("model_type", None)
    check_choice("model_type", kind, tuple(_KINDS))
    transformers = load_transformers("a network of the wav2vec 2.0 kind")
    network = getattr(transformers, f"{_KINDS[kind]}Model")
    return network(network.config_class(**settings, layerdrop=0.0))


def wav2vec2_config(network):
    """Of what `build_wav2vec2` makes such a network: a dict.

    A ValueError if it is of another kind.
    """
    config = plain_config(network.config, _ALLOWED)
    check_choice("model_type", config["model_type"], tuple(_KINDS))
    return config


def load_transformers(what):
    """The package, which is an extra; an ImportError says how to get it."""
    try:
        import transformers
    except ImportError as error:
        raise ImportError(
            f"{what} needs the package transformers: "
            "pip install speechbrain_singer[baselines]"
        ) from error
    return transformers
