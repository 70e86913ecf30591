"""Embeddings that know one thing of their rows, and nothing else."""

import numpy as np
import torch


def singing(singers=6, songs=6, clips=3):
    """Rows of clips; each singer sings songs of their own."""
    return [
        {
            "singer": f"s{s}",
            "song": f"s{s} sings {k}",
            "recording": f"{s}-{k}",
            "ID": f"{s}-{k}#{c}",
        }
        for s in range(singers)
        for k in range(songs)
        for c in range(clips)
    ]


def embed(rows, column, seed=0):
    """A random vector for each value of a column, and a little noise."""
    rng = np.random.default_rng(seed)
    values = sorted({row[column] for row in rows})
    vectors = dict(
        zip(values, rng.standard_normal((len(values), 24)), strict=True)
    )
    noise = 0.1 * rng.standard_normal((len(rows), 24))
    return torch.tensor(
        np.stack([vectors[r[column]] for r in rows]) + noise
    ).float()
