"""The singers of an index that are most like a recording."""

_DEEP = 10  # times as many recordings as singers are looked at, at first
_NOBODY = -1  # in place of a row, where an index has no more


def nearest_singers(index, embedding, count):
    """Singers by the one of their recordings that is most alike.

    Arguments
    ---------
    index : speechbrain_singer.catalogue.index.Index
        Of which a row without a `singer` goes by its path.
    embedding : torch.Tensor
        [dim], of the encoder that the index was made with.
    count : int
        Of singers, at most.

    Returns
    -------
    nearest : list of (str, float)
        Names and scores, the most alike first.
    """
    best, looked_at, there = {}, _DEEP * count, len(index.rows)
    while True:
        numbers, scores = index.search(embedding[None].cpu(), k=looked_at)
        for number, score in zip(numbers[0], scores[0], strict=True):
            if number == _NOBODY or len(best) == count:
                break
            row = index.rows[int(number)]
            best.setdefault(str(row.get("singer") or row["path"]), float(score))
        if len(best) == count or looked_at >= there:
            return list(best.items())
        looked_at *= _DEEP  # these were of too few singers
