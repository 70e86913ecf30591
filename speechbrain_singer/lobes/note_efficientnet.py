"""EfficientNet-B0 that looks at each frame of a constant-Q transform."""

import torch
import torch.nn.functional as F

from speechbrain_singer.checks import check_whole
from speechbrain_singer.lobes.chunks import in_chunks
from speechbrain_singer.lobes.cqt import CQTDecibels
from speechbrain_singer.lobes.efficientnet import EfficientNet

_C2 = 440 * 2 ** (-33 / 12)  # Hz, MIDI 36
_HOP = 1024  # samples
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

    Unlike there, the transform is in decibels relative to the chunk's maximum
    (there it is the magnitude, of songs of peak 1), and the random weights are
    those of our `EfficientNet`.

    Arguments
    ---------
    chunk_size : int
        Images of frames that go through the network at once; memory holds the
        activations of so many, see `in_chunks`.
    sample_rate : int
        Of the waveforms, in Hz.

    Attributes
    ----------
    min_samples : int
        The shortest chunk that the transform takes.
    width : int
        Of a frame.
    frame_rate : float
        Frames a second.
    first_frame : float
        Where in the chunk the middle of the first frame is, in seconds.

    Example
    -------
    >>> network = NoteEfficientNet().eval()
    >>> with torch.no_grad():
    ...     network(torch.randn(1, 20480)).shape
    torch.Size([1, 21, 1280])
    """

    width = 1280
    first_frame = 0.0

    def __init__(self, chunk_size=512, sample_rate=44100):
        super().__init__()
        check_whole("chunk_size in frames", chunk_size, least=2)
        self.chunk_size = chunk_size
        self.sample_rate = sample_rate
        self.frame_rate = sample_rate / _HOP
        self.features = CQTDecibels(
            sample_rate, _HOP, n_bins=168, bins_per_octave=24, f_min=_C2
        )
        self.min_samples = self.features.min_samples
        self.encoder = EfficientNet(dropout=0.0, stochastic_depth=0.0)
        self.encoder.net.classifier = torch.nn.Identity()

    def forward(self, wavs):
        """Frames of chunks.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time], time at least `min_samples`.

        Returns
        -------
        frames : torch.Tensor
            [batch, 1 + time // 1024, 1280]
        """
        images = self.images(wavs)
        vectors = self._encode(images.flatten(0, 1))
        return vectors.unflatten(0, images.shape[:2])

    def _encode(self, images):
        if len(images) <= self.chunk_size:
            return self.encoder(images)
        return in_chunks(self.encoder, self.encoder, images, self.chunk_size)

    def images(self, wavs):
        """What is seen of each frame: [batch, frames, 168, 11]."""
        features = self.features(wavs)
        padded = F.pad(features, 2 * [_CONTEXT // 2])
        return padded.unfold(2, _CONTEXT, 1).transpose(1, 2)
