"""MFCC statistics: what every singer encoder has to beat."""

import torch
import torchaudio

from speechbrain_singer.baselines.batches import Baseline
from speechbrain_singer.baselines.statistics import TrimmedStatistics
from speechbrain_singer.lobes.features import LogMel


class MFCC(torch.nn.Module):
    """Mel-frequency cepstral coefficients, whatever the level.

    The cosine transform of the encoders' own log-mel spectrogram, in dB
    relative to the recording's loudest bin and cut 80 dB below it:
    `librosa.feature.mfcc` of `librosa.power_to_db(mel, ref=np.max)`. The
    first coefficient stays in: it tells how far the mean lies below the
    maximum, not how loud the recording is.

    Arguments
    ---------
    sample_rate : int
        In Hz.
    n_mfcc : int
        Number of coefficients, the first one included.

    Example
    -------
    >>> MFCC()(torch.randn(2, 44100)).shape
    torch.Size([2, 20, 87])
    """

    def __init__(self, sample_rate=44100, n_mfcc=20):
        super().__init__()
        self.log_mel = LogMel(sample_rate)
        dct = torchaudio.functional.create_dct(
            n_mfcc, self.log_mel.n_mels, norm="ortho"
        )
        self.register_buffer("dct", dct.T, persistent=False)

    def forward(self, wavs):
        """[batch, time] to [batch, n_mfcc, frames]."""
        # From [-1, 1] back to dB
        decibels = (self.log_mel(wavs) - 1) * self.log_mel.top_db / 2
        return self.dct @ decibels


class MFCCStatistics(Baseline):
    """Mean and standard deviation over time of a recording's MFCCs.

    Silence at both ends is left out (`TrimmedStatistics`).

    Arguments
    ---------
    sample_rate : int
        In Hz.
    n_mfcc : int
        Number of coefficients, the first one included.

    Example
    -------
    >>> baseline = MFCCStatistics()
    >>> baseline.encode_batch(torch.randn(2, 44100)).shape
    torch.Size([2, 1, 40])
    """

    def __init__(self, sample_rate=44100, n_mfcc=20):
        mfcc = MFCC(sample_rate, n_mfcc)
        super().__init__(sample_rate, 2 * n_mfcc, mfcc.log_mel.min_samples)
        self.mfcc = mfcc
        self.statistics = TrimmedStatistics(
            mfcc.log_mel.n_fft, mfcc.log_mel.hop_length
        )

    def embed(self, wavs):
        return self.statistics(self.mfcc(wavs), wavs)
