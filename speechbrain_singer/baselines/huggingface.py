"""wav2vec 2.0 and its kin: the layers of a transformer, mean over time."""

from speechbrain_singer.baselines.frozen import FrozenEncoder
from speechbrain_singer.baselines.wav2vec2_folder import (
    min_samples,
    model_folder,
    need_transformers,
    normalised,
    refuse_incomplete,
    settings_folder,
)


class FrontEnd(FrozenEncoder):
    """Mean over time of a transformer's hidden layers.

    The network is loaded and run by SpeechBrain's `Wav2Vec2`, which is its
    wrapper for all of them.

    Arguments
    ---------
    source : str or Path
        A repository on the Hugging Face hub, or a folder with its files.
    layer : int or str
        Which layer: 0 is what goes into the transformer, 1 comes out of its
        first layer, and so on. "all" concatenates them, 0 first.

    Raises
    ------
    ImportError
        If the package transformers is missing.
    OSError
        If there is no such folder, or the repository cannot be fetched.
    ValueError
        If there is no such layer, or the checkpoint is incomplete.
    """

    def __init__(self, source, layer="all"):
        wrapper = _load(source)
        config = wrapper.model.config
        layers = range(config.num_hidden_layers + 1)
        if layer != "all" and layer not in layers:
            raise ValueError(
                f"no layer {layer!r} in {source}: give one of 0 to "
                f"{layers[-1]}, or 'all'"
            )
        chosen = len(layers) if layer == "all" else 1
        super().__init__(
            wrapper.feature_extractor.sampling_rate,
            chosen * config.hidden_size,
            min_samples(config),
        )
        self.layer = layer
        self.normalise = wrapper.normalize_wav
        wrapper.normalize_wav = False  # `prepare` does it
        self.wrapper = wrapper
        self.freeze()

    def prepare(self, wavs):
        """Normalises recordings, as a whole, where the network wants that."""
        return normalised(wavs) if self.normalise else wavs

    def embed(self, wavs):
        means = self.wrapper(wavs).mean(dim=2)  # [layers, rows, width]
        if self.layer == "all":
            return means.transpose(0, 1).flatten(1)
        return means[self.layer]


def _load(source):
    transformers = need_transformers()
    folder = model_folder(source)
    from speechbrain.integrations.huggingface.wav2vec2 import Wav2Vec2

    class Complete(Wav2Vec2):
        """Refuses to fill up what a checkpoint lacks."""

        def _from_pretrained(self, source, save_path, **kwargs):
            self.model, report = transformers.AutoModel.from_pretrained(
                folder, config=self.config, output_loading_info=True
            )
            refuse_incomplete(report, folder)

    with settings_folder(folder) as settings:
        return Complete(
            settings, settings, freeze=True, output_all_hiddens=True
        )


class Wav2Vec2(FrontEnd):
    """wav2vec 2.0, 12 layers of 768, 16 kHz (Baevski et al., NeurIPS 2020).

    Its weights: facebook/wav2vec2-base-960h on the Hugging Face hub, and
    facebook/wav2vec2-base, which was not trained on transcripts.

    Arguments
    ---------
    source : str or Path
        A repository on the hub, or a folder with its files.
    layer : int or str
        0 to 12, or "all".

    Example
    -------
    >>> encoder = Wav2Vec2(layer=6)  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 768])
    """

    def __init__(self, source="facebook/wav2vec2-base-960h", layer="all"):
        super().__init__(source, layer)


class XLSR53(FrontEnd):
    """XLSR-53, 24 layers of 1024, 16 kHz (Conneau et al., Interspeech 2021).

    Its weights: facebook/wav2vec2-large-xlsr-53 on the Hugging Face hub.

    Arguments
    ---------
    source : str or Path
        A repository on the hub, or a folder with its files.
    layer : int or str
        0 to 24, or "all".

    Example
    -------
    >>> encoder = XLSR53(layer=6)  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 1024])
    """

    def __init__(self, source="facebook/wav2vec2-large-xlsr-53", layer="all"):
        super().__init__(source, layer)


class WavLM(FrontEnd):
    """WavLM, 12 layers of 768, 16 kHz (Chen et al., IEEE JSTSP 2022).

    Its weights: microsoft/wavlm-base-plus on the Hugging Face hub.

    Arguments
    ---------
    source : str or Path
        A repository on the hub, or a folder with its files.
    layer : int or str
        0 to 12, or "all".

    Example
    -------
    >>> encoder = WavLM(layer=6)  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 768])
    """

    def __init__(self, source="microsoft/wavlm-base-plus", layer="all"):
        super().__init__(source, layer)


class MERT(FrontEnd):
    """MERT, trained on music, 12 layers of 768 (Li et al., ICLR 2024).

    Its weights: m-a-p/MERT-v0-public (16 kHz) on the Hugging Face hub, and
    m-a-p/MERT-v1-95M (24 kHz). Neither needs the code that is with them
    there: it is not run.

    Arguments
    ---------
    source : str or Path
        A repository on the hub, or a folder with its files.
    layer : int or str
        0 to 12, or "all".

    Example
    -------
    >>> encoder = MERT("m-a-p/MERT-v1-95M", layer=6)  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 768])
    """

    def __init__(self, source="m-a-p/MERT-v0-public", layer="all"):
        super().__init__(source, layer)


class Music2Vec(FrontEnd):
    """music2vec, trained on music, 12 layers of 768, 16 kHz (Li et al., 2022).

    Its weights: m-a-p/music2vec-v1 on the Hugging Face hub.

    Arguments
    ---------
    source : str or Path
        A repository on the hub, or a folder with its files.
    layer : int or str
        0 to 12, or "all".

    Example
    -------
    >>> encoder = Music2Vec(layer=6)  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 768])
    """

    def __init__(self, source="m-a-p/music2vec-v1", layer="all"):
        super().__init__(source, layer)
