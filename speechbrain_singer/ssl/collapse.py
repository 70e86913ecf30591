"""Names a collapse: an embedding space in which nobody can be told apart."""

from speechbrain.utils.logger import get_logger

logger = get_logger(__name__)

# A space that is spread over the sphere has the deviation 1 and uses all its
# directions
LEAST_DEVIATION = 0.05
LEAST_RANK = 2.0


def warn_of_collapse(name, health, remedies):
    """Warns if vectors lie in one place, or along one or two directions.

    Arguments
    ---------
    name : str
        What they are: embeddings or projections.
    health : dict
        With their `deviation` and `effective_rank`, as `space_health` has
        them.
    remedies : str
        What may help.

    Example
    -------
    >>> health = {"deviation": 0.01, "effective_rank": 1.0}
    >>> warn_of_collapse("embeddings", health, "lower lr")
    """
    deviation, rank = health["deviation"], health["effective_rank"]
    if deviation < LEAST_DEVIATION or rank < LEAST_RANK:
        logger.warning(
            f"the {name} have collapsed: their deviation is {deviation:.3f} of "
            f"a spread-out space's and they use {rank:.1f} directions. Singers "
            f"cannot be told apart like this: {remedies}."
        )
