"""WavLM-SV: WavLM with an x-vector on top, trained to verify speakers."""

from speechbrain_singer.baselines.frozen import FrozenEncoder
from speechbrain_singer.baselines.wav2vec2_folder import (
    min_samples,
    model_folder,
    need_transformers,
    normalised,
    refuse_incomplete,
)


class WavLMSV(FrozenEncoder):
    """The x-vectors of transformers' `WavLMForXVector`, 512-d, 16 kHz.

    Its weights: microsoft/wavlm-base-plus-sv on the Hugging Face hub.

    Arguments
    ---------
    source : str or Path
        A repository on the hub, or a folder with its files.

    Raises
    ------
    ImportError
        If the package transformers is missing.
    OSError
        If there is no such folder, or the repository cannot be fetched.
    ValueError
        If the checkpoint is incomplete.

    Example
    -------
    >>> encoder = WavLMSV()  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 512])
    """

    def __init__(self, source="microsoft/wavlm-base-plus-sv"):
        transformers = need_transformers()
        folder = model_folder(source)
        model, report = transformers.WavLMForXVector.from_pretrained(
            folder, output_loading_info=True
        )
        refuse_incomplete(report, folder)
        extractor = transformers.AutoFeatureExtractor.from_pretrained(folder)
        config = model.config
        # A deviation over time needs two frames after the convolutions
        context = sum(
            (kernel - 1) * dilation
            for kernel, dilation in zip(
                config.tdnn_kernel, config.tdnn_dilation, strict=True
            )
        )
        super().__init__(
            extractor.sampling_rate,
            config.xvector_output_dim,
            min_samples(config, context + 2),
        )
        self.normalise = extractor.do_normalize
        self.model = model
        self.freeze()

    def prepare(self, wavs):
        """Normalises recordings, as a whole, where the network wants that."""
        return normalised(wavs) if self.normalise else wavs

    def embed(self, wavs):
        return self.model(wavs).embeddings
