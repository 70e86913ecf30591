"""What differs within a voice counts less: a matrix for its embeddings."""

import torch
import torch.nn.functional as F


def within_voice_whitening(embeddings, shrinkage=1.0):
    """A matrix that scales directions down by what moves along them.

    Within-class covariance normalisation (Hatch, Kajarekar and Stolcke,
    "Within-class covariance normalization for SVM-based speaker recognition",
    Interspeech 2006), of embeddings of length 1 and without centring: the
    inverse square root of the covariance within voices plus `shrinkage` times
    its mean variance. It is scaled so that no direction grows.

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

    Raises
    ------
    ValueError
        If an embedding is not finite.

    Example
    -------
    >>> voice = torch.tensor([[1.0, 0.1, 0.0], [1.0, -0.1, 0.0]])
    >>> matrix = within_voice_whitening(voice.unsqueeze(0))
    >>> matrix.diagonal()
    tensor([1.0000, 0.5000, 1.0000])
    """
    if not torch.isfinite(embeddings).all():
        raise ValueError(
            "the embeddings are not finite: the training has diverged; give a "
            "lower lr"
        )
    embeddings = F.normalize(embeddings, dim=2)
    deviations = embeddings - embeddings.mean(dim=1, keepdim=True)
    deviations = deviations.flatten(0, 1)
    covariance = deviations.T @ deviations
    variances, directions = torch.linalg.eigh(covariance)
    variances = variances.clamp(min=torch.finfo(variances.dtype).tiny)
    added = shrinkage * variances.mean()
    scales = (added / (variances + added)).sqrt()
    return (directions * scales) @ directions.T
