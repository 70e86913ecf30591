"""Front ends that were trained without labels: waveforms in, layers out."""

import math

import torch

from speechbrain_singer.checks import check_whole
from speechbrain_singer.lobes.layered import LayeredFrontEnd
from speechbrain_singer.lobes.wav2vec2_folder import (
    load_wav2vec2,
    normalised,
    samples_for,
)
from speechbrain_singer.lobes.wav2vec2_network import (
    build_wav2vec2,
    wav2vec2_config,
)

# Name -> repository on the Hugging Face hub. All but XLSR-53 have 13 layers of
# width 768; all but MERT v1 take 16 kHz, of which they make 50 frames a second.
FRONT_ENDS = {
    # Baevski et al., NeurIPS 2020. This one was then trained on transcripts,
    # facebook/wav2vec2-base was not.
    "wav2vec2": "facebook/wav2vec2-base-960h",
    # Conneau et al., Interspeech 2021; 25 layers of width 1024
    "xlsr-53": "facebook/wav2vec2-large-xlsr-53",
    # Hsu et al., IEEE/ACM TASLP 2021
    "hubert": "facebook/hubert-base-ls960",
    # Chen et al., IEEE JSTSP 2022
    "wavlm": "microsoft/wavlm-base-plus",
    # Li et al., ICLR 2024, trained on music. The code that is with them on the
    # hub is not needed, and not run.
    "mert": "m-a-p/MERT-v0-public",
    # 24 kHz, 75 frames a second
    "mert-v1": "m-a-p/MERT-v1-95M",
    # Li et al., 2022, trained on music
    "music2vec": "m-a-p/music2vec-v1",
}


class FrontEnd(LayeredFrontEnd):
    """wav2vec 2.0 or one of its kin: a clip's hidden layers, frame by frame.

    It can be trained. All layers are always there: transformers drops some in
    training where the published settings say so. Layer 0 is what goes into
    the transformer, the last one its output.

    Rows have to be of one length: these networks hear padding, even behind an
    attention mask. Frame k of the published networks is centred on sample
    320 k + 200.

    Arguments
    ---------
    config : dict
        As `build_wav2vec2` takes it, for random weights. `load` has others.
    sample_rate : int
        Of the waveforms, in Hz.
    normalise : bool
        Whether each clip is brought to mean 0 and variance 1, as it was where
        the network was trained.
    frozen : bool
        Whether nothing is trained; `freeze` and `unfreeze` change it.
    train_convolutions : bool
        Whether the convolutions are trained with the rest, which is unusual.
    spec_augment : bool
        Whether to mask stretches of frames in training, as the published
        settings say.

    Attributes
    ----------
    sample_rate, min_samples, layers, width, frame_rate, first_frame, frozen
        As `LayeredFrontEnd` has them.

    Raises
    ------
    ImportError
        If the package transformers is missing.
    ValueError
        If a setting makes no sense.

    Example
    -------
    >>> front_end = FrontEnd.load("wavlm")  # doctest: +SKIP
    >>> front_end(torch.randn(2, 16000)).shape  # doctest: +SKIP
    torch.Size([2, 49, 13, 768])
    """

    def __init__(
        self,
        config,
        sample_rate=16000,
        normalise=True,
        frozen=False,
        train_convolutions=False,
        spec_augment=False,
    ):
        super().__init__()
        check_whole("sample_rate in Hz", sample_rate, least=1, most=10**6)
        self.config = config
        self.sample_rate = sample_rate
        self.normalise = normalise
        self.frozen = frozen
        self.train_convolutions = train_convolutions
        self.spec_augment = spec_augment
        self._take(build_wav2vec2(config))

    @classmethod
    def load(cls, source, frozen=False, **options):
        """One with weights.

        Arguments
        ---------
        source : str or Path
            A name in `FRONT_ENDS`, a folder, or a repository on the hub.
        frozen : bool
        **options
            train_convolutions and spec_augment.

        Returns
        -------
        front_end : FrontEnd

        Raises
        ------
        ImportError
            If the package transformers is missing.
        OSError
            If there is no such folder, or the repository cannot be fetched.
        ValueError
            If the folder is incomplete or damaged, or of another network.
        """
        network, extractor = load_wav2vec2(FRONT_ENDS.get(source, source))
        try:
            config = wav2vec2_config(network)
            with torch.device("meta"):  # its weights come with the network
                front_end = cls(
                    config,
                    extractor.sampling_rate,
                    extractor.do_normalize,
                    frozen,
                    **options,
                )
        except ValueError as error:
            raise ValueError(f"{source}: {error}") from error
        front_end._take(network)
        return front_end

    def _take(self, network):
        config = network.config
        config.layerdrop = 0.0
        config.apply_spec_augment = self.spec_augment
        self.model = network
        self.min_samples = samples_for(1, config)
        self.layers = config.num_hidden_layers + 1
        self.width = config.hidden_size
        self.frame_rate = self.sample_rate / math.prod(config.conv_stride)
        self.first_frame = self.min_samples / 2 / self.sample_rate
        if self.frozen:
            self.freeze()
        else:
            self.unfreeze()

    def keep_frozen(self):
        """Convolutions, and what no hidden layer depends on."""
        if not self.train_convolutions:
            self.model.feature_extractor.requires_grad_(False)
        # Unused parameters: several processes would wait for their gradients
        config = self.model.config
        mask = getattr(self.model, "masked_spec_embed", None)
        if mask is not None:
            mask.requires_grad_(config.apply_spec_augment)
        if getattr(config, "do_stable_layer_norm", False):
            # In transformers 5 it follows the last hidden layer
            self.model.encoder.layer_norm.requires_grad_(False)

    def train(self, mode=True):
        """As torch's, but what is frozen stays in evaluation mode."""
        super().train(mode)
        if not self.train_convolutions:
            # In training mode gradients are computed up to the waveform
            self.model.feature_extractor.eval()
        return self

    def normalised(self, wavs):
        """Each row as the network wants it: [batch, time]."""
        return normalised(wavs) if self.normalise else wavs

    def hidden_layers(self, wavs):
        """As `forward`, of what is normalised already."""
        outputs = self.model(wavs, output_hidden_states=True)
        return torch.stack(outputs.hidden_states).permute(1, 2, 0, 3)


def random_front_end(frozen=False):
    """A small wav2vec 2.0 that knows nothing: random weights, always the same.

    To try a recipe, and to compare with: say so wherever its figures stand.

    Arguments
    ---------
    frozen : bool
        As `FrontEnd` takes it.

    Returns
    -------
    front_end : FrontEnd

    Example
    -------
    >>> random_front_end()(torch.randn(2, 16000)).shape  # doctest: +SKIP
    torch.Size([2, 49, 4, 64])
    """
    config = {
        **{"model_type": "wav2vec2", "conv_dim": [32] * 7},
        **{"num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 4},
        **{"num_hidden_layers": 3, "hidden_size": 64},
        **{"num_attention_heads": 2, "intermediate_size": 128},
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return FrontEnd(config, frozen=frozen)
