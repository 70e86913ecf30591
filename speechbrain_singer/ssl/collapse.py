"""Names a collapse: an embedding space in which nobody can be told apart."""

from speechbrain.utils.logger import get_logger

from speechbrain_singer.metrics.geometry import (
    effective_rank,
    relative_deviation,
)

logger = get_logger(__name__)

# A space that is spread over the sphere has the deviation 1 and uses all its
# directions
LEAST_DEVIATION = 0.05
LEAST_RANK = 2.0


def warn_of_collapse(name, vectors, remedies):
    """Warns if vectors lie in one place, or along one or two directions.

    Arguments
    ---------
    name : str
        What they are: embeddings or projections.
    vectors : torch.Tensor
        [n, dim]
    remedies : str
        What may help.

    Returns
    -------
    collapsed : bool

    Example
    -------
    >>> import torch
    >>> warn_of_collapse("embeddings", torch.eye(9), "lower lr")
    False
    >>> warn_of_collapse("embeddings", torch.ones(9, 9), "lower lr")
    True
    """
    deviation, rank = relative_deviation(vectors), effective_rank(vectors)
    collapsed = deviation < LEAST_DEVIATION or rank < LEAST_RANK
    if collapsed:
        logger.warning(
            f"the {name} have collapsed: their deviation is {deviation:.3f} of "
            f"a spread-out space's and they use {rank:.1f} directions. Singers "
            f"cannot be told apart like this: {remedies}."
        )
    return collapsed
