"""What back ends take: embeddings, trials of them, and background sets."""

import numpy as np

from speechbrain_singer.numbering import sorted_numbers


def as_vectors(embeddings, name="the embeddings"):
    """Embeddings that have a direction, in double precision.

    The embeddings of a poor encoder may differ only from the sixth digit on,
    and still differ.

    Arguments
    ---------
    embeddings : torch.Tensor or np.ndarray
        [recordings, dim]
    name : str
        For the message.

    Returns
    -------
    vectors : np.ndarray
        [recordings, dim], float64, a copy.

    Raises
    ------
    ValueError
        If there are none, or one of them is zero or not finite.

    Example
    -------
    >>> as_vectors(np.array([[1.0, 2.0], [0.0, 0.0]]))
    Traceback (most recent call last):
        ...
    ValueError: row 1 of the embeddings is zero (1 of 2 rows are): leave \
these recordings out
    """
    if hasattr(embeddings, "detach"):
        embeddings = embeddings.detach().cpu().numpy()
    vectors = np.array(embeddings, dtype=np.float64)
    if vectors.ndim != 2 or not vectors.size:
        raise ValueError(
            f"{name} are [recordings, dim], and at least one; got "
            f"{list(vectors.shape)}"
        )
    finite = np.isfinite(vectors).all(axis=1)
    refuse(~finite, name, "not finite")
    refuse(~vectors.any(axis=1), name, "zero")
    return vectors


def centre(vectors, mean):
    """Subtracts a mean, in place; what rounding leaves of it becomes 0.

    Arguments
    ---------
    vectors : np.ndarray
        [recordings, dim]
    mean : np.ndarray
        [dim]

    Returns
    -------
    vectors : np.ndarray
        The same.

    Example
    -------
    >>> vectors = np.full((3, 1), 0.1)
    >>> centre(vectors, vectors.mean(axis=0)).ravel()
    array([0., 0., 0.])
    """
    vectors -= mean
    vectors[_lengths(vectors) <= 1e-12 * np.linalg.norm(mean)] = 0
    return vectors


def normalise(vectors, name="the embeddings"):
    """Gives vectors the length 1, in place.

    Arguments
    ---------
    vectors : np.ndarray
        [recordings, dim]
    name : str
        For the message.

    Returns
    -------
    vectors : np.ndarray
        The same.

    Raises
    ------
    ValueError
        If one of them is zero.

    Example
    -------
    >>> normalise(np.array([[3.0, 4.0]]))
    array([[0.6, 0.8]])
    """
    lengths = _lengths(vectors)
    refuse(lengths == 0, name, "zero")
    vectors /= lengths[:, None]
    return vectors


def check_trials(trials, recordings):
    """Refuses trials of recordings that there are not.

    Arguments
    ---------
    trials : Trials
    recordings : int
        How many embeddings there are.

    Raises
    ------
    ValueError

    Example
    -------
    >>> from speechbrain_singer.trials import Trials
    >>> check_trials(Trials(np.array([0]), np.array([7]), np.array([1])), 5)
    Traceback (most recent call last):
        ...
    ValueError: a trial is of row 7, but there are 5 embeddings, rows 0 to 4: \
make the trials of the rows that were embedded
    """
    for side in (trials.first, trials.second):
        outside = side[(side < 0) | (side >= recordings)]
        if len(outside):
            raise ValueError(
                f"a trial is of row {outside[0]}, but there are {recordings} "
                f"embeddings, rows 0 to {recordings - 1}: make the trials of "
                "the rows that were embedded"
            )


def as_classes(singers, recordings):
    """The singers of a background set as numbers.

    Arguments
    ---------
    singers : sequence of str
        One for each recording.
    recordings : int

    Returns
    -------
    classes : np.ndarray
        [recordings], from 0 to the number of singers less one.

    Raises
    ------
    ValueError
        If a recording has no singer, or all of them have the same.

    Example
    -------
    >>> as_classes(["bob", "ann", "bob"], 3)
    array([1, 0, 1])
    """
    if singers is None or len(singers) != recordings:
        count = "no" if singers is None else len(singers)
        raise ValueError(
            f"{count} singers for {recordings} background recordings: each "
            "needs one"
        )
    if "" in singers:
        raise ValueError(
            f"row {list(singers).index('')} of the background set has no "
            "singer: leave out such recordings"
        )
    names, classes = sorted_numbers(singers)
    if len(names) < 2:
        raise ValueError(
            f"the background set has one singer, {names[0]}: at least two "
            "are needed, and hundreds are better"
        )
    return classes


def no_background(name):
    """The error of a back end that lacks what it learns from.

    Arguments
    ---------
    name : str
        Of the back end.

    Returns
    -------
    error : ValueError

    Example
    -------
    >>> raise no_background("plda")
    Traceback (most recent call last):
        ...
    ValueError: plda needs a background set of other singers, recordings of \
singers that are in no trial: name one with --background_corpus and \
--background_folder
    """
    return ValueError(
        f"{name} needs a background set of other singers, recordings of "
        "singers that are in no trial: name one with --background_corpus and "
        "--background_folder"
    )


def _lengths(vectors):
    return np.sqrt(np.einsum("nd,nd->n", vectors, vectors))


def refuse(bad, name, what):
    """Raises a ValueError that names the first of the bad rows, [n] of bool."""
    if bad.any():
        raise ValueError(
            f"row {int(bad.argmax())} of {name} is {what} ({int(bad.sum())} of "
            f"{len(bad)} rows are): leave these recordings out"
        )
