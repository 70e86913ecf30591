"""What embeddings of performances know: the singer, the song, or both.

Performances are compared by the squared Euclidean distance, as the siamese
network learns it. Nothing is trained here.
"""

from collections import Counter

import numpy as np
import torch

from speechbrain_singer.metrics.detection import operating_points
from speechbrain_singer.metrics.neighbours import has_another, leave_one_out
from speechbrain_singer.numbering import numbered
from speechbrain_singer.scoring.distance import distance_scores
from speechbrain_singer.trials import all_pairs

KS = (1, 3, 5, 9)


def performance_report(embeddings, rows, ks=KS):
    """Nearest neighbours and pairs, on the singer and on the song.

    Arguments
    ---------
    embeddings : torch.Tensor
        [performances, dim]
    rows : list of dict
        Rows of a manifest, with the column `singer`, and `song` where it is
        known: performances of unknown songs take no part in what asks for
        songs.
    ks : sequence of int
        Numbers of neighbours; those that there are not are left out.

    Returns
    -------
    report : dict
        `neighbours`: of the `singer` and of the `song` the number of
        `classes`, of `performances`, of those that are `alone` in their class
        and so are not asked for, `chance` (the share of the largest class
        among the others of its members) and the leave-one-out `accuracy` by
        k.
        `pairs`: EER and AUC of minus the squared distance and the numbers of
        pairs of both kinds (`positives`, `negatives`), of `singer` (the same
        one or not, all pairs), `singer_across_songs` (only pairs of two
        songs) and `song` (the same one or not, only pairs of two singers).
        All rates are in percent; what cannot be asked has the reason why it
        is `left_out`.

    Example
    -------
    >>> rows = [{"singer": s, "song": k} for s in "ab" for k in "12"]
    >>> embeddings = torch.tensor([[0.0], [1.0], [5.0], [7.0]])
    >>> report = performance_report(embeddings, rows, ks=[1])
    >>> report["neighbours"]["singer"]["accuracy"]
    {1: 100.0}
    >>> report["pairs"]["song"]["AUC"]
    50.0
    """
    vectors = embeddings.double().numpy()
    return {
        "performances": len(rows),
        "neighbours": {
            column: _neighbours(vectors, rows, column, ks)
            for column in ("singer", "song")
        },
        "pairs": {
            "singer": _pairs(vectors, rows, "singer", ()),
            "singer_across_songs": _pairs(vectors, rows, "singer", ["song"]),
            "song": _pairs(vectors, rows, "song", ["singer"]),
        },
    }


def in_all(embedded):
    """The performances that all encoders could encode.

    Arguments
    ---------
    embedded : dict of str to (torch.Tensor, list of dict)
        By encoder, embeddings and their rows, with `ID`, in one order.

    Returns
    -------
    embeddings : dict of str to torch.Tensor
        By encoder, [performances, dim].
    rows : list of dict

    Example
    -------
    >>> a, b = {"ID": "a"}, {"ID": "b"}
    >>> in_all({"x": (torch.eye(2), [a, b]), "y": (torch.eye(1), [b])})
    ({'x': tensor([[0., 1.]]), 'y': tensor([[1.]])}, [{'ID': 'b'}])
    """
    ids = [[row["ID"] for row in rows] for _, rows in embedded.values()]
    rows = next(iter(embedded.values()))[1]
    if ids.count(ids[0]) == len(ids):  # no copy: they may have gigabytes
        return {name: vectors for name, (vectors, _) in embedded.items()}, rows
    common = set(ids[0]).intersection(*ids[1:])
    kept = {
        name: torch.tensor([each in common for each in own])
        for name, own in zip(embedded, ids, strict=True)
    }
    return (
        {name: vectors[kept[name]] for name, (vectors, _) in embedded.items()},
        [row for row in rows if row["ID"] in common],
    )


def _known(vectors, rows, column):
    """Those of which a column says something."""
    known = np.array([bool(row.get(column)) for row in rows], dtype=bool)
    return vectors[known], [row for row in rows if row.get(column)]


def _neighbours(vectors, rows, column, ks):
    vectors, rows = _known(vectors, rows, column)
    labels = numbered(row[column] for row in rows)
    classes = len(set(labels.tolist()))
    if classes < 2:
        return {"left_out": _too_few(column, classes)}
    several = has_another(labels)
    if not several.any():
        return {"left_out": f"each {column} stands with one performance only"}
    largest = Counter(labels[several].tolist()).most_common(1)[0][1]
    fitting = [k for k in ks if k < len(rows)]
    return {
        "classes": classes,
        "performances": len(rows),
        "alone": int((~several).sum()),
        "chance": 100 * (largest - 1) / (len(rows) - 1),
        "accuracy": leave_one_out(vectors, labels, fitting),
    }


def _pairs(vectors, rows, column, different):
    """Of one question; both recordings differ in the columns named."""
    for name in (column, *different):
        vectors, rows = _known(vectors, rows, name)
        names = {row[name] for row in rows}
        if len(names) < 2:
            return {"left_out": _too_few(name, len(names))}
    try:
        pairs = all_pairs(rows, different=different)
    except ValueError as error:  # more than can be listed
        return {"left_out": str(error)}
    classes = numbered(row[column] for row in rows)
    pairs = pairs._replace(labels=classes[pairs.first] == classes[pairs.second])
    if not pairs.both_kinds:
        kind = "two" if pairs.labels.any() else "one and the same"
        apart = f" of different {different[0]}s" if different else ""
        return {"left_out": f"no pairs{apart} have {kind} {column}"}
    points = operating_points(distance_scores(vectors, pairs), pairs.labels)
    return {
        "EER": 100 * points.equal_error()[0],
        "AUC": 100 * points.auc(),
        "positives": points.positives,
        "negatives": points.negatives,
    }


def _too_few(column, count):
    return f"two {column}s at least are needed, {count or 'none'} is known"
