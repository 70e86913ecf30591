"""Filters of an index that has no database: one column, one value."""

import re

_EQUALITY = re.compile(r"\s*(\w+)\s*=\s*'((?:[^']|'')*)'\s*")


def parse_equality(where):
    """The column and the value of a filter.

    Arguments
    ---------
    where : str
        `singer = 'ann'`, as in SQL: a quote in it is doubled.

    Returns
    -------
    name, value : str

    Raises
    ------
    ValueError
        If it is something else.

    Example
    -------
    >>> parse_equality("singer = 'Sinéad O''Connor'")
    ('singer', "Sinéad O'Connor")
    """
    found = _EQUALITY.fullmatch(where)
    if not found:
        raise ValueError(
            f"where: {where!r}: an index of faiss is filtered by one column, "
            "such as singer = 'ann'; one that was built with --backend "
            "lancedb takes any SQL"
        )
    return found[1], found[2].replace("''", "'")
