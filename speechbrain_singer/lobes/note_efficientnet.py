"""EfficientNet-B0 that looks at each frame of a constant-Q transform."""

import torch
import torch.nn.functional as F

from speechbrain_singer.checks import check_whole
from speechbrain_singer.lobes.chunks import in_chunks
from speechbrain_singer.lobes.efficientnet import EfficientNet

_CONTEXT = 11  # frames, the one in the middle included


class NoteEfficientNet(torch.nn.Module):
    """A vector for each frame, for a `NotesHead` to say what is sung in it.

    As published (Wang and Jang, "On the preparation and validation of a
    large-scale dataset of singing transcription", ICASSP 2021; read in
    york135/singing_transcription_ICASSP2021): a constant-Q transform of 168
    bins, quarter tones from MIDI 36 on, every 1024 samples at 44.1 kHz; the
    image of a frame is 11 frames with it in their middle, and beyond the ends
    there is silence; EfficientNet-B0 with one input channel and without
    dropout. It is trained by Adam, lr 1e-4.

    Unlike there, the transform is a `CQTDecibels`, relative to the chunk's
    maximum (there it is the magnitude, of songs of peak 1), and the random
    weights are those of our `EfficientNet`.

    Arguments
    ---------
    chunk_size : int
        Images of frames that go through the network at once; memory holds the
        activations of so many, see `in_chunks`.

    Attributes
    ----------
    embedding_dim : int
        Of a frame.
    reach : int
        Frames on either side that a frame's vector depends on.

    Example
    -------
    >>> from speechbrain_singer.lobes.cqt import CQTDecibels
    >>> features = CQTDecibels(
    ...     44100, 1024, n_bins=168, bins_per_octave=24, f_min=65.4064
    ... )
    >>> network = NoteEfficientNet().eval()
    >>> with torch.no_grad():
    ...     network(features(torch.randn(1, 20480))).shape
    torch.Size([1, 21, 1280])
    """

    embedding_dim = 1280
    reach = _CONTEXT // 2

    def __init__(self, chunk_size=512):
        super().__init__()
        check_whole("chunk_size in frames", chunk_size, least=2)
        self.chunk_size = chunk_size
        self.network = EfficientNet(dropout=0.0, stochastic_depth=0.0)
        self.network.net.classifier = torch.nn.Identity()

    def forward(self, features):
        """[batch, bins, frames] to [batch, frames, 1280]."""
        images = self.images(features)
        vectors = self._encode(images.flatten(0, 1))
        return vectors.unflatten(0, images.shape[:2])

    def _encode(self, images):
        if len(images) <= self.chunk_size:
            return self.network(images)
        return in_chunks(self.network, self.network, images, self.chunk_size)

    def images(self, features):
        """What is seen of each frame: [batch, frames, bins, 11]."""
        padded = F.pad(features, (self.reach, self.reach))
        return padded.unfold(2, _CONTEXT, 1).transpose(1, 2)
