"""MuQ as a front end: waveforms in, layers out."""

import torch

from speechbrain_singer.dataio.hub import local_folder
from speechbrain_singer.lobes.layered import LayeredFrontEnd

MUQ = "OpenMuQ/MuQ-large-msd-iter"
_FILES = ("config.json", "model.safetensors")
_HOP, _REACH = 240, 1024  # of the mel spectrogram, in samples
_STRIDE = 4  # of the convolutions, in its frames


class MuQLayers(LayeredFrontEnd):
    """MuQ, a conformer that was trained on music without labels.

    Zhu et al., "MuQ: self-supervised music representation learning with Mel
    residual vector quantization", 2025, with the network of the package
    `muq`: 24 kHz, 25 frames a second, layer 0 what goes into the conformer,
    the last one its output. The convolutions are never trained. All layers
    are always there, although the published settings drop some in training.

    Arguments
    ---------
    source : str or Path
        A folder, or a repository on the Hugging Face hub.
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
    OSError
        If there is no such folder, or the repository cannot be fetched.
    ValueError
        If the weights cannot be read, or some are missing.

    Example
    -------
    >>> front_end = MuQLayers()  # doctest: +SKIP
    >>> front_end(torch.randn(2, 24000)).shape  # doctest: +SKIP
    torch.Size([2, 25, 13, 1024])
    """

    sample_rate = 24000
    min_samples = _REACH + 1  # which the reflection at its ends allows
    frame_rate = sample_rate / _HOP / _STRIDE
    first_frame = 0.0

    def __init__(self, source=MUQ, frozen=False):
        super().__init__()
        network = _load(source).model
        config = network.conformer.config
        config.layerdrop = 0.0
        # transformers 5 asks for it, and the package does not know of it
        config._attn_implementation = "sdpa"
        self.network = network.float()
        self.layers = len(network.conformer.layers) + 1
        self.width = config.hidden_size
        if frozen:
            self.freeze()
        else:
            self.unfreeze()

    def keep_frozen(self):
        """All but the conformer, and in it what it does not use."""
        # Unused parameters: several processes would wait for their gradients
        self.network.requires_grad_(False)
        self.network.conformer.layers.requires_grad_(True)
        self.network.conformer.layer_norm.requires_grad_(True)

    def train(self, mode=True):
        """As torch's, but what is frozen stays in evaluation mode."""
        super().train(mode)
        self.network.conv.eval()  # it has batch normalisation
        return self

    def hidden_layers(self, wavs):
        """As `forward`.

        The package's own way to them does not run with transformers 5.
        """
        name = "melspec_2048"
        mel = self.network.preprocessing(wavs, [name])
        conformer = self.network.conformer
        frames = self.network.conv(self.network.normalize(mel)[name])
        layers = [conformer.dropout(frames)]
        places = conformer.embed_positions
        if places is not None:
            places = places(layers[0])
        for layer in conformer.layers:
            outputs = layer(layers[-1], relative_position_embeddings=places)
            layers.append(outputs)
        layers[-1] = conformer.layer_norm(layers[-1])
        return torch.stack(layers, dim=2)


def _load(source):
    try:
        from muq import MuQ
    except ImportError as error:
        raise ImportError(
            f"MuQ needs the package muq ({error}): "
            "pip install speechbrain_singer[muq]"
        ) from error
    folder = local_folder(source, list(_FILES))
    for name in _FILES:
        if not (folder / name).is_file():
            raise FileNotFoundError(f"{folder}: no {name} in this folder")
    try:
        return MuQ.from_pretrained(str(folder), strict=True).eval()
    # The package, safetensors and torch each have errors of their own
    except Exception as error:
        raise ValueError(
            f"{folder}: the weights cannot be read: copy {source} anew "
            f"({type(error).__name__}: {error})"
        ) from error
