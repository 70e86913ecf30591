"""Probes that are cheap enough for each epoch: who sings the clips?"""

import numpy as np
import torch

from speechbrain_singer.evaluation.probes import LinearProbe, NearestNeighbours
from speechbrain_singer.numbering import sorted_numbers

NEIGHBOURS = 5


def online_probes(embeddings, rows):
    """Accuracies of simple classifiers, across songs.

    Each is fitted to the clips of every other song of a singer and names those
    of the songs between, then the other way round; the figure is of all of
    these clips. Singers of one song, and clips whose singer or song is not
    known, are left out.

    Arguments
    ---------
    embeddings : torch.Tensor
        [clips, dim]
    rows : list of dict
        Rows of a manifest, one for each embedding.

    Returns
    -------
    accuracies : dict
        In percent: `knn_accuracy`, of the 5 nearest neighbours by cosine, and
        `linear_accuracy`, of a logistic regression with C = 1 on dimensions
        that are standardised.

    Raises
    ------
    ValueError
        If fewer than two singers have two songs.

    Example
    -------
    >>> rows = [{"singer": s, "song": t} for s, t in ("a1", "a2", "b1", "b2")]
    >>> embeddings = torch.eye(2).repeat_interleave(2, dim=0)
    >>> online_probes(embeddings, rows)
    {'knn_accuracy': 100.0, 'linear_accuracy': 100.0}
    """
    halves = halves_of_songs(rows)
    used = np.flatnonzero(halves >= 0)
    names, labels = sorted_numbers([rows[i]["singer"] for i in used])
    if len(names) < 2:
        raise ValueError(
            f"{len(names)} singers have clips of two songs: a probe needs two"
        )
    embeddings, labels = embeddings[used], torch.from_numpy(labels)
    first = torch.from_numpy(halves[used] == 0)
    right = {"knn": 0, "linear": 0}
    for fitted in (first, ~first):
        probes = {
            "knn": NearestNeighbours(NEIGHBOURS),
            "linear": LinearProbe(c=1.0),
        }
        for name, probe in probes.items():
            probe.fit(embeddings[fitted], labels[fitted])
            said = probe.scores(embeddings[~fitted]).argmax(dim=1)
            right[name] += (said == labels[~fitted]).sum().item()
    return {
        f"{name}_accuracy": 100 * n / len(used) for name, n in right.items()
    }


def halves_of_songs(rows):
    """The half, 0 or 1, that each song of a singer falls into.

    Arguments
    ---------
    rows : list of dict
        With `singer` and `song`.

    Returns
    -------
    halves : np.ndarray
        [rows], int: by turns over the sorted songs of each singer; -1 where
        there is but one, or singer or song is not known.

    Example
    -------
    >>> rows = [{"singer": s, "song": t} for s, t in ("a2", "a1", "b1", "a2")]
    >>> halves_of_songs(rows)
    array([ 1,  0, -1,  1])
    """
    songs = {}
    for row in rows:
        if row["singer"] and row["song"]:
            songs.setdefault(row["singer"], set()).add(row["song"])
    half = {
        (singer, song): place % 2
        for singer, own in songs.items()
        if len(own) > 1
        for place, song in enumerate(sorted(own))
    }
    return np.array(
        [half.get((row["singer"], row["song"]), -1) for row in rows], dtype=int
    )
