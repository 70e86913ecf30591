"""From features over time to one vector for each recording."""

import torch
import torch.nn.functional as F


class TrimmedStatistics(torch.nn.Module):
    """Mean and standard deviation over time, silence at both ends left out.

    Silent are the frames before the first and after the last one of a root
    mean square within `trim_db` of the recording's loudest, as
    `librosa.effects.trim` has it.

    Arguments
    ---------
    n_fft : int
        Length of a frame, in samples; frames are centred at multiples of
        `hop_length`.
    hop_length : int
        In samples.
    trim_db : float

    Example
    -------
    >>> statistics = TrimmedStatistics(n_fft=2, hop_length=2)
    >>> features = torch.tensor([[[1.0, 3.0, 9.0]]])
    >>> statistics(features, torch.tensor([[1.0, 1.0, 0.0, 0.0]]))
    tensor([[2., 1.]])
    """

    def __init__(self, n_fft=2048, hop_length=512, trim_db=40.0):
        super().__init__()
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.trim_db = trim_db

    def forward(self, features, wavs):
        """Statistics of each recording.

        Arguments
        ---------
        features : torch.Tensor
            [batch, dim, 1 + time // hop_length]
        wavs : torch.Tensor
            [batch, time], what they were computed from.

        Returns
        -------
        statistics : torch.Tensor
            [batch, 2 * dim], the means first.
        """
        kept = self._kept(wavs).unsqueeze(1)
        weights = kept / kept.sum(dim=2, keepdim=True)
        mean = (features * weights).sum(dim=2, keepdim=True)
        variance = ((features - mean).square() * weights).sum(dim=2)
        return torch.cat([mean.squeeze(2), variance.sqrt()], dim=1)

    def _kept(self, wavs):
        """Which frames are no silence at an end: [batch, frames]."""
        power = F.avg_pool1d(
            wavs.square(), self.n_fft, self.hop_length, self.n_fft // 2
        )
        floor = power.amax(dim=1, keepdim=True) * 10 ** (-self.trim_db / 10)
        loud = power > floor
        begun = loud.cumsum(dim=1) > 0
        to_come = loud.flip(1).cumsum(dim=1).flip(1) > 0
        return begun & to_come
