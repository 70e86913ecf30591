"""The waveform itself, for networks that take nothing else."""

import torch

from speechbrain_singer.checks import check_whole

_LEAST_DEVIATION = 1e-7  # what is quieter is silence


class Waveform(torch.nn.Module):
    """Each clip brought to mean 0 and standard deviation 1, as one channel.

    Arguments
    ---------
    sample_rate : int
        Of the waveforms, in Hz.

    Attributes
    ----------
    min_samples : int
    frame_rate : float
        Frames a second: a frame is a sample.
    first_frame : float
        Where in the clip the first frame is, in seconds.

    Example
    -------
    >>> Waveform()(torch.tensor([[0.3, 0.1]])).round()
    tensor([[[ 1., -1.]]])
    """

    min_samples = 1
    first_frame = 0.0

    def __init__(self, sample_rate=44100):
        super().__init__()
        check_whole("sample_rate in Hz", sample_rate, least=1, most=10**6)
        self.sample_rate = sample_rate

    @property
    def frame_rate(self):
        """Frames a second: a frame is a sample."""
        return float(self.sample_rate)

    def samples_for(self, frames):
        """How many samples a clip of so many frames has at least."""
        return frames

    def forward(self, wavs):
        """[batch, time] to [batch, 1, time]."""
        mean = wavs.mean(dim=1, keepdim=True)
        deviation = wavs.std(dim=1, keepdim=True, correction=0)
        standardised = (wavs - mean) / deviation.clamp(min=_LEAST_DEVIATION)
        return standardised.unsqueeze(1)
