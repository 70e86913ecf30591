"""What back ends take: embeddings, trials of them, and background sets."""

import numpy as np

from speechbrain_singer.numbering import sorted_numbers


def as_vectors(embeddings, name="the embeddings", directions=True):
    """Embeddings in double precision, each of which can be compared.

    The embeddings of a poor encoder may differ only from the sixth digit on,
    and still differ.

    Arguments
    ---------
    embeddings : torch.Tensor or np.ndarray
        [recordings, dim]
    name : str
        For the message.
    directions : bool
        Whether each needs a direction, as for a cosine.

    Returns
    -------
    vectors : np.ndarray
        [recordings, dim], float64, a copy.

    Raises
    ------
    ValueError
        If there are none, or one of them is not finite, or has no direction:
        is zero.
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
    if directions:
        refuse(~vectors.any(axis=1), name, "zero")
    return vectors


def centre(vectors, mean):
    """Subtracts a mean, [dim], from vectors, [recordings, dim], in place.

    What rounding leaves of a vector becomes 0.
    """
    vectors -= mean
    vectors[_lengths(vectors) <= 1e-12 * np.linalg.norm(mean)] = 0
    return vectors


def normalise(vectors, name="the embeddings"):
    """Gives vectors, [recordings, dim], the length 1, in place.

    A ValueError with their name refuses those that are zero.
    """
    lengths = _lengths(vectors)
    refuse(lengths == 0, name, "zero")
    vectors /= lengths[:, None]
    return vectors


def check_trials(trials, recordings):
    """Refuses, by a ValueError, trials of recordings that there are not."""
    for side in (trials.first, trials.second):
        outside = side[(side < 0) | (side >= recordings)]
        if len(outside):
            raise ValueError(
                f"a trial is of row {outside[0]}, but there are {recordings} "
                f"embeddings, rows 0 to {recordings - 1}: make the trials of "
                "the rows that were embedded"
            )


def as_classes(singers, recordings):
    """The singers of a background set as numbers from 0 on, [recordings].

    A ValueError says so if a recording has no singer, or all have the same.
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
    """The ValueError of a back end that has no background set to learn from."""
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
