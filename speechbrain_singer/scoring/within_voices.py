"""What differs within a voice counts less: a matrix for its embeddings."""

import torch
import torch.nn.functional as F


def within_voice_whitening(embeddings, shrinkage=1.0):
    """A matrix that scales directions down by what moves along them.

    Within-class covariance normalisation (Hatch, Kajarekar and Stolcke,
    "Within-class covariance normalization for SVM-based speaker recognition",
    Interspeech 2006), of embeddings of length 1 and without centring: the
    inverse square root of the covariance within voices, to which so many times
    its mean variance is added. Directions in which voices stay the same keep
    at most their scale.

    Arguments
    ---------
    embeddings : torch.Tensor
        [voices, clips, dim], of at least 2 clips.
    shrinkage : float
        Above 0: the more, the nearer to the identity.

    Returns
    -------
    matrix : torch.Tensor
        [dim, dim], symmetric.

    Example
    -------
    >>> voice = torch.tensor([[1.0, 0.1, 0.0], [1.0, -0.1, 0.0]])
    >>> matrix = within_voice_whitening(voice.unsqueeze(0))
    >>> matrix.diagonal()
    tensor([1.0000, 0.5000, 1.0000])
    """
    embeddings = F.normalize(embeddings, dim=2)
    deviations = embeddings - embeddings.mean(dim=1, keepdim=True)
    deviations = deviations.flatten(0, 1)
    covariance = deviations.T @ deviations
    variances, directions = torch.linalg.eigh(covariance)
    added = shrinkage * variances.mean()
    scales = (added / (variances.clamp(min=0) + added)).sqrt()
    return (directions * scales) @ directions.T
