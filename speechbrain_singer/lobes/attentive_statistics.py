"""Mean and deviation over time, weighed by attention."""

import torch
from speechbrain.utils.autocast import fwd_default_precision

_LEAST_VARIANCE = 1e-5  # below it the root has no gradient to speak of


class AttentiveStatistics(torch.nn.Module):
    """Attentive statistics pooling with the clip's statistics as its context.

    As Okabe et al. (Interspeech 2018, eq. 3 to 6), each channel with weights
    of its own (Desplanques et al., "ECAPA-TDNN", Interspeech 2020, eq. 1 to
    3). In mixed precision the layers of the attention alone are computed in
    half of it: SpeechBrain's `AttentiveStatisticsPooling` has its weights and
    squares in bfloat16, of which they do not sum up to 1.

    Arguments
    ---------
    channels : int
    attention_channels : int

    Example
    -------
    >>> AttentiveStatistics(4)(torch.randn(2, 4, 9)).shape
    torch.Size([2, 8])
    """

    def __init__(self, channels, attention_channels=128):
        super().__init__()
        self.attention = torch.nn.Sequential(
            torch.nn.Conv1d(3 * channels, attention_channels, 1),
            torch.nn.ReLU(),
            torch.nn.BatchNorm1d(attention_channels),
            torch.nn.Tanh(),
            torch.nn.Conv1d(attention_channels, channels, 1),
        )

    def forward(self, frames):
        """[batch, channels, frames] to [batch, 2 * channels], float32."""
        mean = frames.float().mean(dim=2, keepdim=True)
        variance = frames.float().var(dim=2, keepdim=True, correction=0)
        deviation = variance.clamp(min=_LEAST_VARIANCE).sqrt()
        context = (mean.expand_as(frames), deviation.expand_as(frames))
        scores = self.attention(torch.cat([frames, *context], dim=1))
        return weighted_statistics(frames, scores)


@fwd_default_precision(cast_inputs=torch.float32)
def weighted_statistics(frames, scores):
    """Means and deviations, weighed by the softmax of scores over time.

    Arguments
    ---------
    frames, scores : torch.Tensor
        [batch, channels, frames]

    Returns
    -------
    statistics : torch.Tensor
        [batch, 2 * channels], float32: all means, then all deviations.

    Example
    -------
    >>> frames = torch.tensor([[[1.0, 3.0]]])
    >>> weighted_statistics(frames, torch.zeros(1, 1, 2))
    tensor([[2., 1.]])
    """
    weights = scores.softmax(dim=2)
    mean = (weights * frames).sum(dim=2)
    variance = (weights * frames.square()).sum(dim=2) - mean.square()
    deviation = variance.clamp(min=_LEAST_VARIANCE).sqrt()
    return torch.cat([mean, deviation], dim=1)
