"""MuQ as a front end: waveforms in, layers out."""

import torch
import torchaudio

from speechbrain_singer.dataio.hub import local_folder
from speechbrain_singer.lobes.layered import LayeredFrontEnd
from speechbrain_singer.lobes.network_config import check_config, plain_config

MUQ = "OpenMuQ/MuQ-large-msd-iter"
_FILES = ("config.json", "model.safetensors")
_HOP, _N_FFT, _BANDS = 240, 2048, 128  # of the mel spectrogram
_STRIDE = 4  # of the convolutions, in its frames
_OF_CONFORMER = {
    **{"num_hidden_layers": 64, "hidden_size": 2**13},
    **{"num_attention_heads": 2**8, "intermediate_size": 2**15},
    **{"hidden_act": str, "layer_norm_eps": 1.0},
    **{"position_embeddings_type": str, "rotary_embedding_base": 10**6},
    **{"max_source_positions": 2**13, "num_conv_pos_embeddings": 2**10},
    **{"num_conv_pos_embedding_groups": 2**10, "feat_extract_activation": str},
    **{"conv_depthwise_kernel_size": 2**10, "conformer_conv_dropout": 1.0},
    **{"hidden_dropout": 1.0, "attention_dropout": 1.0},
    "activation_dropout": 1.0,
}
_ALLOWED = {"conv_dim": 2**13, "mel_mean": 1e6, "mel_std": 1e6, **_OF_CONFORMER}


class MuQLayers(LayeredFrontEnd):
    """MuQ, a conformer that was trained on music without labels.

    Zhu et al., "MuQ: self-supervised music representation learning with Mel
    residual vector quantization", 2025, with the network of the package
    `muq`: 24 kHz, 25 frames a second, layer 0 what goes into the conformer,
    the last one its output. The convolutions are never trained. All layers
    are always there, although the published settings drop some in training.

    Arguments
    ---------
    config : dict
        For random weights: `conv_dim`, `mel_mean` and `mel_std`, and the
        conformer's settings that are not as in transformers. `load` has others.
    frozen : bool
        Whether nothing is trained; `freeze` and `unfreeze` change it.

    Attributes
    ----------
    sample_rate, min_samples, layers, width, frame_rate, first_frame, frozen
        As `LayeredFrontEnd` has them. Frame k is centred on sample 960 k.

    Raises
    ------
    ImportError
        If the package is missing.
    ValueError
        If a setting makes no sense.

    Example
    -------
    >>> front_end = MuQLayers.load()  # doctest: +SKIP
    >>> front_end(torch.randn(2, 24000)).shape  # doctest: +SKIP
    torch.Size([2, 25, 13, 1024])
    """

    sample_rate = 24000
    min_samples = _N_FFT // 2 + 1  # which the reflection at its ends allows
    frame_rate = sample_rate / _HOP / _STRIDE
    first_frame = 0.0

    def __init__(self, config, frozen=False):
        super().__init__()
        check_config(config, _ALLOWED)
        self.config = config
        self.frozen = frozen
        with torch.device("cpu"):  # it has to be computed, unlike weights
            self.mel = torch.nn.Sequential(
                torchaudio.transforms.MelSpectrogram(
                    *(self.sample_rate, _N_FFT),
                    hop_length=_HOP,
                    n_mels=_BANDS,
                ),
                torchaudio.transforms.AmplitudeToDB(),
            )
        self._take(*_network(config))

    @classmethod
    def load(cls, source=MUQ, frozen=False):
        """One with weights.

        Arguments
        ---------
        source : str or Path
            A folder, or a repository on the Hugging Face hub.
        frozen : bool

        Returns
        -------
        front_end : MuQLayers

        Raises
        ------
        ImportError
            If the package is missing.
        OSError
            If there is no such folder, or the repository cannot be fetched.
        ValueError
            If the weights cannot be read, or some are missing.
        """
        network = _load(source).float().model
        config = {
            "conv_dim": network.conv.conv[0].conv1.out_channels,
            "mel_mean": network.stat["melspec_2048_mean"],
            "mel_std": network.stat["melspec_2048_std"],
            **plain_config(network.conformer.config, _OF_CONFORMER),
        }
        with torch.device("meta"):  # its weights come with the network
            front_end = cls(config, frozen)
        front_end._take(network.conv, network.conformer)
        return front_end

    def _take(self, conv, conformer):
        # transformers 5 asks for it, and the package does not know of it
        conformer.config._attn_implementation = "sdpa"
        self.conv = conv
        self.conformer = conformer
        self.layers = len(conformer.layers) + 1
        self.width = conformer.config.hidden_size
        if self.frozen:
            self.freeze()
        else:
            self.unfreeze()

    def keep_frozen(self):
        """All but the conformer, and in it what it does not use."""
        # Unused parameters: several processes would wait for their gradients
        self.requires_grad_(False)
        self.conformer.layers.requires_grad_(True)
        self.conformer.layer_norm.requires_grad_(True)

    def train(self, mode=True):
        """As torch's, but what is frozen stays in evaluation mode."""
        super().train(mode)
        self.conv.eval()  # it has batch normalisation
        return self

    def hidden_layers(self, wavs):
        """As `forward`.

        The package's own way to them does not run with transformers 5.
        """
        with torch.no_grad():
            mel = self.mel(wavs.float())[..., :-1]
            mel = (mel - self.config["mel_mean"]) / self.config["mel_std"]
        conformer = self.conformer
        layers = [conformer.dropout(self.conv(mel))]
        places = conformer.embed_positions
        if places is not None:
            places = places(layers[0])
        for layer in conformer.layers:
            outputs = layer(layers[-1], relative_position_embeddings=places)
            layers.append(outputs)
        layers[-1] = conformer.layer_norm(layers[-1])
        return torch.stack(layers, dim=2)


def _network(config):
    """Convolutions and conformer, with random weights."""
    load_muq()
    from muq.muq.modules.conv import Conv2dSubsampling
    from transformers import Wav2Vec2ConformerConfig
    from transformers.models.wav2vec2_conformer import (
        modeling_wav2vec2_conformer as transformers,
    )

    settings = {key: config[key] for key in config if key in _OF_CONFORMER}
    settings = Wav2Vec2ConformerConfig(**settings)
    conv = Conv2dSubsampling(
        *(1, config["conv_dim"], settings.hidden_size), n_bands=_BANDS
    )
    return conv, transformers.Wav2Vec2ConformerEncoder(settings)


def load_muq():
    """The package, which is an extra; an ImportError says how to get it."""
    try:
        import muq
    except ImportError as error:
        raise ImportError(
            f"MuQ needs the package muq ({error}): "
            "pip install speechbrain_singer[muq]"
        ) from error
    return muq


def _load(source):
    package = load_muq()
    folder = local_folder(source, list(_FILES))
    for name in _FILES:
        if not (folder / name).is_file():
            raise FileNotFoundError(f"{folder}: no {name} in this folder")
    try:
        return package.MuQ.from_pretrained(str(folder), strict=True).eval()
    # The package, safetensors and torch each have errors of their own
    except Exception as error:
        raise ValueError(
            f"{folder}: the weights cannot be read: copy {source} anew "
            f"({type(error).__name__}: {error})"
        ) from error
