"""Back ends: from embeddings to scores, and from scores to ratios.

A back end has `score(embeddings, trials)`, which returns a score for each
trial, higher = more alike, and `needs_background`. Where that is True,
`fit(embeddings, singers)` comes first, with a background set: recordings of
other singers than those of the trials. `LearnedScore` has no name here: it
takes a head.
"""

from speechbrain_singer.scoring.calibration import Calibration
from speechbrain_singer.scoring.cosine import (
    CentredCosine,
    Cosine,
    WhitenedCosine,
)
from speechbrain_singer.scoring.learned import LearnedScore
from speechbrain_singer.scoring.plda import PLDA
from speechbrain_singer.scoring.s_norm import AdaptiveSNorm
from speechbrain_singer.scoring.vectors import no_background

BACK_ENDS = {
    "cosine": Cosine,
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
        The message says what there is, or what is needed.

    Example
    -------
    >>> check_back_end("cosin", None)
    Traceback (most recent call last):
        ...
    ValueError: no back end 'cosin'; there are cosine, centred, whitened, \
s_norm, plda
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
        With `score(embeddings, trials)`.

    Raises
    ------
    ValueError
        If there is no such back end, or it needs a background set and there
        is none.

    Example
    -------
    >>> fitted_back_end("plda")
    Traceback (most recent call last):
        ...
    ValueError: plda needs a background set of other singers, recordings of \
singers that are in no trial: name one with --background_corpus and \
--background_folder
    """
    check_back_end(name, background)
    back_end = BACK_ENDS[name]()
    return back_end.fit(*background) if back_end.needs_background else back_end
