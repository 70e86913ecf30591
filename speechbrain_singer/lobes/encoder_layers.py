"""A singer encoder as a front end: what it knows before it pools."""

from speechbrain_singer.lobes.layered import LayeredFrontEnd
from speechbrain_singer.lobes.singer_cnn import SingerCNN

_STRIDE = 32  # of torchvision's EfficientNets, in frames of the spectrogram
_AFTER = ("aggregate", "dense", "output", "net.classifier")


class EncoderLayers(LayeredFrontEnd):
    """The frame vectors of one of our own encoders, as one layer.

    Of a `SingerCNN` what it aggregates. Of an EfficientNet its last feature
    map, averaged over the bands but not over the frames. What comes after
    them in the encoder is not used, and not trained.

    Arguments
    ---------
    encoder : WaveformEncoder
        It is not copied.
    frozen : bool
        Whether nothing is trained; `freeze` and `unfreeze` change it.

    Attributes
    ----------
    sample_rate, min_samples, layers, width, frame_rate, first_frame, frozen
        As `LayeredFrontEnd` has them.

    Raises
    ------
    ValueError
        If the encoder's network has no frame vectors.

    Example
    -------
    >>> import torch
    >>> from speechbrain_singer.lobes.decibels import MelDecibels
    >>> from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
    >>> encoder = WaveformEncoder(MelDecibels(), SingerCNN())
    >>> front_end = EncoderLayers(encoder)
    >>> front_end(torch.randn(2, 22050)).shape, front_end.frame_rate
    (torch.Size([2, 11, 1, 3072]), 10.7666015625)
    """

    layers = 1

    def __init__(self, encoder, frozen=False):
        super().__init__()
        if not hasattr(encoder.encoder, "frame_vectors"):
            raise ValueError(
                f"{type(encoder.encoder).__name__} has no frame vectors: give "
                "an encoder with an EfficientNet or a SingerCNN"
            )
        self.encoder = encoder
        network, features = encoder.encoder, encoder.features
        hop = features.hop_length
        self.sample_rate = encoder.sample_rate
        self.min_samples = features.min_samples
        if isinstance(network, SingerCNN):
            self.width = network.aggregate.dim
            stride = network.shrinkage
            # Pools of two, and a kernel of ten: half a stride to the right
            self.first_frame = stride / 2 * hop / self.sample_rate
            self.min_samples = max(self.min_samples, (stride - 1) * hop)
        else:
            self.width = network.net.classifier[-1].in_features
            stride = _STRIDE
            self.first_frame = 0.0
        self.frame_rate = self.sample_rate / hop / stride
        if frozen:
            self.freeze()
        else:
            self.unfreeze()

    def keep_frozen(self):
        """What follows the frame vectors."""
        # Unused parameters: several processes would wait for their gradients
        for name, module in self.encoder.encoder.named_modules():
            if name in _AFTER:
                module.requires_grad_(False)

    def hidden_layers(self, wavs):
        """As `forward`."""
        features = self.encoder.features(wavs)
        return self.encoder.encoder.frame_vectors(features).unsqueeze(2)
