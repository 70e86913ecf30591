"""Back ends: from embeddings to scores, and from scores to ratios.

A back end has `needs_background` and

    score(embeddings, trials) -> scores

embeddings : torch.Tensor or np.ndarray
    [recordings, dim]
trials : Trials
scores : np.ndarray
    [trials], float64, higher = more alike.

Where `needs_background` is True, this comes first:

    fit(embeddings, singers) -> self

embeddings : torch.Tensor or np.ndarray
    [recordings, dim], of other singers than those of the trials.
singers : sequence of str
    One for each recording.

Both raise a ValueError if an embedding is not finite or, but for `Distance`,
zero; `score` also if a trial is of a recording that has no embedding or if
`fit` was not called; `fit` if there are too few singers. `LearnedScore` takes
a head, so it has no name here.
"""

from speechbrain_singer.scoring.calibration import Calibration
from speechbrain_singer.scoring.cosine import (
    CentredCosine,
    Cosine,
    WhitenedCosine,
)
from speechbrain_singer.scoring.distance import Distance
from speechbrain_singer.scoring.learned import LearnedScore
from speechbrain_singer.scoring.plda import PLDA
from speechbrain_singer.scoring.s_norm import AdaptiveSNorm
from speechbrain_singer.scoring.vectors import no_background

BACK_ENDS = {
    "cosine": Cosine,
    "distance": Distance,
    "centred": CentredCosine,
    "whitened": WhitenedCosine,
    "s_norm": AdaptiveSNorm,
    "plda": PLDA,
}

__all__ = [
    "BACK_ENDS",
    "PLDA",
    "AdaptiveSNorm",
    "Calibration",
    "CentredCosine",
    "Cosine",
    "Distance",
    "LearnedScore",
    "WhitenedCosine",
    "check_back_end",
    "fitted_back_end",
]


def check_back_end(name, background):
    """Refuses a back end that there is not, or that lacks its background set.

    Arguments
    ---------
    name : str
        A key of `BACK_ENDS`.
    background : object
        The background set, or its name; None if there is none.

    Raises
    ------
    ValueError
        It says what there is, or what is needed.
    """
    if name not in BACK_ENDS:
        raise ValueError(
            f"no back end {name!r}; there are {', '.join(BACK_ENDS)}"
        )
    if BACK_ENDS[name].needs_background and background is None:
        raise no_background(name)


def fitted_back_end(name, background=None):
    """A back end by its name, ready to score.

    Arguments
    ---------
    name : str
        A key of `BACK_ENDS`.
    background : tuple, optional
        Embeddings, [recordings, dim], of other singers than those of the
        trials, and the singer of each.

    Returns
    -------
    back_end : object

    Raises
    ------
    ValueError
        As `check_back_end` does.

    Example
    -------
    >>> fitted_back_end("cosine").needs_background
    False
    """
    check_back_end(name, background)
    back_end = BACK_ENDS[name]()
    return back_end.fit(*background) if back_end.needs_background else back_end
