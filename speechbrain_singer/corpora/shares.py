"""How often each of several corpora is drawn from."""

from numbers import Real


def weigh(rows, sources, shares):
    """Gives rows the weights with which each corpus has its share of clips.

    Arguments
    ---------
    rows : list of dict
        Of one part, with `duration`.
    sources : list of Source
    shares : list of float or None
        One a corpus, of any sum; None leaves each corpus the share of its
        length.

    Returns
    -------
    rows : list of dict
        With `weight`, 1 on average.

    Example
    -------
    >>> from speechbrain_singer.corpora.sources import find_sources
    >>> sources = find_sources("folder,folder", "a,b")
    >>> rows = [{"duration": 3.0, "corpus": "folder"}]
    >>> rows += [{"duration": 1.0, "corpus": "folder2"}]
    >>> [row["weight"] for row in weigh(rows, sources, [1, 1])]
    [0.666667, 2.0]
    """
    if shares is None or len(sources) == 1 or not rows:
        return rows
    seconds = {source.root: 0.0 for source in sources}
    for row in rows:
        seconds[row["corpus"]] += row["duration"]
    wanted = dict(zip(seconds, shares, strict=True))
    # Of a corpus that has nothing in this part, the others get the share
    wanted = {root: share for root, share in wanted.items() if seconds[root]}
    factor = sum(seconds.values()) / sum(wanted.values())
    weights = {r: factor * s / seconds[r] for r, s in wanted.items()}
    # Six digits wherever they stand: of a tiny share too, as 0 is no weight
    weights = {root: float(f"{w:.6g}") for root, w in weights.items()}
    return [row | {"weight": weights[row["corpus"]]} for row in rows]


def check_shares(shares, count):
    """Refuses shares that cannot be, see `weigh`.

    Raises
    ------
    ValueError
        If they are not as many positive numbers as corpora.
    """
    if shares is None:
        return
    numbers = isinstance(shares, list | tuple) and all(
        isinstance(s, Real) and not isinstance(s, bool) and 0 < s < 1e6
        for s in shares
    )
    if not numbers or len(shares) != count:
        raise ValueError(
            f"corpus_weights: {shares!r}: must be {count} positive numbers, "
            "one for each corpus, such as [1, 2]"
        )
