"""WavLM-SV: WavLM with an x-vector on top, trained to verify speakers."""

from speechbrain_singer.baselines.frozen import FrozenEncoder
from speechbrain_singer.lobes.wav2vec2_folder import (
    load_wav2vec2,
    normalised,
    samples_for,
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
        If the folder is incomplete or damaged.

    Example
    -------
    >>> encoder = WavLMSV()  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 512])
    """

    def __init__(self, source="microsoft/wavlm-base-plus-sv"):
        model, extractor = load_wav2vec2(source, "WavLMForXVector")
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
            samples_for(context + 2, config),
        )
        self.normalise = extractor.do_normalize
        self.model = model
        self.freeze()

    def prepare(self, wavs):
        return normalised(wavs) if self.normalise else wavs

    def embed(self, wavs):
        return self.model(wavs).embeddings
