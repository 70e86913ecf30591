"""Statistics of spectral features: what an SVM got to tell singers apart."""

import torch
import torch.nn.functional as F

from speechbrain_singer.baselines.batches import Baseline
from speechbrain_singer.baselines.chroma import chroma_filterbank
from speechbrain_singer.baselines.mfcc import MFCC
from speechbrain_singer.baselines.statistics import TrimmedStatistics

ROLL_OFF = 0.85  # the share of the magnitude that lies below


class SpectralStatistics(Baseline):
    """Mean and standard deviation over time of 35 features of the spectrum.

    The feature set of the SVM baseline published for singer identification
    on DAMP, in this order: chroma (12, C first), MFCCs (20), centroid and
    roll-off in Hz, and flux. None depends on the level. Silence at both ends
    is left out (`TrimmedStatistics`).

    Their units differ by orders of magnitude, and a cosine of them as they
    are sees hardly more than the two frequencies: standardise every dimension
    before it is scored or classified. The classifier is not part of this: any
    probe for identification takes its place.

    Arguments
    ---------
    sample_rate : int
        In Hz.

    Example
    -------
    >>> baseline = SpectralStatistics()
    >>> baseline.encode_batch(torch.randn(2, 22050)).shape
    torch.Size([2, 1, 70])
    """

    def __init__(self, sample_rate=22050):
        mfcc = MFCC(sample_rate)
        super().__init__(
            sample_rate,
            2 * (12 + mfcc.dct.shape[0] + 3),
            mfcc.log_mel.min_samples,
        )
        self.mfcc = mfcc
        self.n_fft = mfcc.log_mel.n_fft
        self.hop_length = mfcc.log_mel.hop_length
        self.statistics = TrimmedStatistics(self.n_fft, self.hop_length)
        filterbank = chroma_filterbank(sample_rate, self.n_fft)
        self.register_buffer("filterbank", filterbank, persistent=False)
        window = torch.hann_window(self.n_fft)
        self.register_buffer("window", window, persistent=False)
        hertz = torch.arange(self.n_fft // 2 + 1) * sample_rate / self.n_fft
        self.register_buffer("hertz", hertz, persistent=False)

    def embed(self, wavs):
        return self.statistics(self.features(wavs), wavs)

    def features(self, wavs):
        """All of them over time: [batch, time] to [batch, 35, frames]."""
        magnitude = torch.stft(
            wavs,
            self.n_fft,
            self.hop_length,
            window=self.window,
            return_complex=True,
        ).abs()
        parts = [
            chroma(magnitude, self.filterbank),
            self.mfcc(wavs),
            centroid(magnitude, self.hertz),
            roll_off(magnitude, self.hertz),
            flux(magnitude),
        ]
        return torch.cat(parts, dim=1)


# All take the magnitude, [batch, bins, frames]; `hertz`, [bins], are the
# frequencies of the bins


def chroma(magnitude, filterbank):
    """Energy of the pitch classes, relative to the strongest one.

    [batch, 12, frames], by a filterbank of [12, bins].
    """
    energies = filterbank @ magnitude.square()
    return F.normalize(energies, p=torch.inf, dim=1)


def centroid(magnitude, hertz):
    """Mean frequency, weighted by the magnitude: [batch, 1, frames], in Hz.

    Example
    -------
    >>> centroid(torch.tensor([[[3.0], [1.0]]]), torch.tensor([0.0, 100.0]))
    tensor([[[25.]]])
    """
    weights = F.normalize(magnitude, p=1, dim=1)
    return (weights * hertz[:, None]).sum(dim=1, keepdim=True)


def roll_off(magnitude, hertz):
    """Below it lies 85 % of the magnitude: [batch, 1, frames], in Hz.

    Example
    -------
    >>> roll_off(torch.tensor([[[8.0], [1.0], [1.0]]]), torch.arange(3.0))
    tensor([[[1.]]])
    """
    below = magnitude.double().cumsum(dim=1)
    reached = below >= ROLL_OFF * below[:, -1:]
    return hertz[reached.int().argmax(dim=1, keepdim=True)]


def flux(magnitude):
    """Distance of each spectrum to the one before, both of length 1.

    [batch, 1, frames], in [0, sqrt(2)]; 0 in the first frame.

    Example
    -------
    >>> flux(torch.tensor([[[1.0, 3.0], [0.0, 4.0]]]))
    tensor([[[0.0000, 0.8944]]])
    """
    spectra = F.normalize(magnitude, dim=1)
    change = spectra.diff(dim=2).norm(dim=1, keepdim=True)
    return F.pad(change, (1, 0))
