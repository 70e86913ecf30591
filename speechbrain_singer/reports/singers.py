"""Pictures of singers in an embedding space."""

import numpy as np
import torch.nn.functional as F
from matplotlib import colormaps
from matplotlib.figure import Figure
from sklearn.manifold import TSNE

from speechbrain_singer.numbering import sorted_numbers

MAX_LABELS = 20  # singers that a legend or an axis can name


def singer_similarity(embeddings, singers):
    """Mean cosine between the recordings of every two singers.

    Of all pairs of recordings: what the mean over random draws of a clip per
    singer (Torres et al., ISMIR 2023) comes to with ever more draws.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    singers : list of str
        [recordings]

    Returns
    -------
    similarity : np.ndarray
        [singers, singers]; on the diagonal between different recordings of
        the singer, NaN if there is just one.
    names : list of str
        Of the rows, sorted.

    Example
    -------
    >>> import torch
    >>> embeddings = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> singer_similarity(embeddings, ["ann", "ann", "bob"])[0].tolist()
    [[1.0, 0.0], [0.0, nan]]
    """
    normalised = F.normalize(embeddings.double(), dim=1)
    names, index = sorted_numbers(singers)
    # The sum of all cosines of two singers is the product of their sums
    totals = np.zeros((len(names), normalised.shape[1]))
    np.add.at(totals, index, normalised.numpy())
    sums = totals @ totals.T
    counts = np.bincount(index)
    pairs = np.outer(counts, counts)
    # A recording against itself says nothing
    np.fill_diagonal(sums, sums.diagonal() - counts)
    np.fill_diagonal(pairs, counts * (counts - 1))
    with np.errstate(invalid="ignore"):
        return np.where(pairs > 0, sums / pairs, np.nan), names


def plot_similarity(embeddings, singers, path):
    """Draws the matrix of `singer_similarity`.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    singers : list of str
    path : str or Path
        Of the picture.
    """
    similarity, names = singer_similarity(embeddings, singers)
    figure = Figure((6, 5), layout="constrained")
    axis = figure.subplots()
    image = axis.imshow(similarity, cmap="viridis")
    figure.colorbar(image, label="mean cosine between recordings")
    if len(names) <= MAX_LABELS:
        ticks = range(len(names))
        axis.set_xticks(ticks, names, rotation=90, fontsize=7)
        axis.set_yticks(ticks, names, fontsize=7)
    axis.set_title("Similarity between singers", fontsize=10)
    figure.savefig(path, dpi=120)


def tsne(embeddings, seed=0):
    """Places recordings in the plane (t-SNE of cosines).

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim], at least 4 recordings.
    seed : int

    Returns
    -------
    points : np.ndarray
        [recordings, 2]

    Example
    -------
    >>> import torch
    >>> tsne(torch.randn(5, 3)).shape
    (5, 2)
    """
    perplexity = min(30.0, (len(embeddings) - 1) / 3)
    return TSNE(
        perplexity=perplexity, metric="cosine", init="random", random_state=seed
    ).fit_transform(F.normalize(embeddings, dim=1).numpy())


def plot_tsne(embeddings, singers, path, seed=0):
    """Draws recordings in the plane, coloured by singer.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim], at least 4 recordings.
    singers : list of str
    path : str or Path
        Of the picture.
    seed : int
    """
    plot_points(tsne(embeddings, seed), singers, path)


def plot_points(points, labels, path, column="singer"):
    """Draws points that `tsne` placed, coloured by a column of the manifest.

    Arguments
    ---------
    points : np.ndarray
        [recordings, 2]
    labels : list of str
        [recordings]
    path : str or Path
        Of the picture.
    column : str
        What the labels are.
    """
    names, index = sorted_numbers(labels)
    figure = Figure((6.5, 5), layout="constrained")
    axis = figure.subplots()
    colours = colormaps["nipy_spectral"](np.linspace(0.05, 0.95, len(names)))
    for i, name in enumerate(names):
        own = points[index == i]
        axis.scatter(*own.T, s=14, color=colours[i], label=name)
    if len(names) <= MAX_LABELS:
        axis.legend(fontsize=7, loc="center left", bbox_to_anchor=(1, 0.5))
    axis.set_xticks([])
    axis.set_yticks([])
    axis.set_title(f"Recordings, coloured by {column} (t-SNE)", fontsize=10)
    figure.savefig(path, dpi=120)
