"""Numbers for names: in the order in which they come, or sorted."""

import numpy as np


def numbered(values):
    """Numbers values in the order in which they first come.

    Arguments
    ---------
    values : iterable
        Of anything that a dictionary takes.

    Returns
    -------
    numbers : np.ndarray
        [values], int32

    Example
    -------
    >>> numbered(["m", "f", "m"])
    array([0, 1, 0], dtype=int32)
    """
    numbers = {}
    return np.fromiter(
        (numbers.setdefault(value, len(numbers)) for value in values), np.int32
    )


def sorted_numbers(values):
    """Numbers values in the order of their sorted names.

    Arguments
    ---------
    values : sequence
        Of strings or numbers.

    Returns
    -------
    names : list
        The different values, sorted.
    numbers : np.ndarray
        [values], int: `names[numbers[i]]` is `values[i]`.

    Example
    -------
    >>> sorted_numbers(["m", "f", "m"])
    (['f', 'm'], array([1, 0, 1]))
    """
    names, numbers = np.unique(np.asarray(values), return_inverse=True)
    return names.tolist(), numbers.reshape(-1)
