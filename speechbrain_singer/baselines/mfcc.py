"""MFCC statistics: what every singer encoder has to beat."""

import torch
import torchaudio

from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.waveform_encoder import lengths_in_samples


class MFCCStatistics(torch.nn.Module):
    """Mean and standard deviation over time of a recording's MFCCs.

    Silence at both ends, frames of more than `trim_db` below the loudest, is
    cut first.

    Arguments
    ---------
    sample_rate : int
        In Hz.
    n_mfcc : int
        Number of coefficients, the one of the level included.
    trim_db : float

    Example
    -------
    >>> baseline = MFCCStatistics()
    >>> baseline.encode_batch(torch.randn(2, 44100)).shape
    torch.Size([2, 1, 40])
    """

    def __init__(self, sample_rate=44100, n_mfcc=20, trim_db=40.0):
        super().__init__()
        self.sample_rate = sample_rate
        self.dimension = 2 * n_mfcc
        self.trim_db = trim_db
        self.features = LogMel(sample_rate)
        dct = torchaudio.functional.create_dct(
            n_mfcc, self.features.filterbank.shape[1], norm="ortho"
        )
        self.register_buffer("dct", dct, persistent=False)

    @torch.no_grad()
    def encode_batch(self, wavs, wav_lens=None):
        """Statistics of a batch of recordings.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time]
        wav_lens : torch.Tensor, optional
            [batch], relative to the longest, in (0, 1].

        Returns
        -------
        statistics : torch.Tensor
            [batch, 1, dimension]
        """
        samples = lengths_in_samples(wavs, wav_lens)
        rows = [
            self._statistics(w[:n]) for w, n in zip(wavs, samples, strict=True)
        ]
        return torch.stack(rows).unsqueeze(1)

    def _statistics(self, wav):
        mel = self.features.mel(wav.unsqueeze(0))[0]
        decibels = torchaudio.functional.amplitude_to_DB(
            mel, multiplier=10.0, amin=1e-10, db_multiplier=0.0, top_db=80.0
        )
        loudness = mel.sum(dim=0).clamp(min=1e-10).log10() * 10
        loud = (loudness > loudness.max() - self.trim_db).nonzero()
        mfcc = self.dct.T @ decibels[:, loud.min() : loud.max() + 1]
        return torch.cat([mfcc.mean(dim=1), mfcc.std(dim=1, correction=0)])
