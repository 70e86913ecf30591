"""Pictures of singers in an embedding space."""

import numpy as np
import torch.nn.functional as F
from matplotlib import colormaps
from sklearn.manifold import TSNE

from speechbrain_singer.numbering import sorted_numbers
from speechbrain_singer.reports.pictures import name_legend, name_lines, picture

MAX_LABELS = 20  # singers that a legend or an axis can name


def singer_similarity(embeddings, singers, distance=False):
    """Mean score between the recordings of every two singers.

    Of all pairs of recordings: what the mean over random draws of a clip per
    singer (Torres et al., ISMIR 2023) comes to with ever more draws.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    singers : list of str
        [recordings]
    distance : bool
        Whether the score is minus the squared distance, not the cosine.

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
    vectors = embeddings.double()
    if distance:
        vectors = vectors - vectors.mean(dim=0)
    else:
        vectors = F.normalize(vectors, dim=1)
    vectors = vectors.numpy()
    names, index = sorted_numbers(singers)
    counts = np.bincount(index)
    # The sum of all products of two singers is the product of their sums
    totals = np.zeros((len(names), vectors.shape[1]))
    np.add.at(totals, index, vectors)
    sums = totals @ totals.T
    if distance:
        squares = np.bincount(index, np.square(vectors).sum(axis=1))
        squares = np.outer(squares, counts)
        sums = 2 * sums - squares - squares.T
    # A recording against itself says nothing: its cosine is 1, its distance 0
    if not distance:
        np.fill_diagonal(sums, sums.diagonal() - counts)
    pairs = np.outer(counts, counts)
    np.fill_diagonal(pairs, counts * (counts - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(pairs > 0, sums / pairs, np.nan), names


def plot_similarity(embeddings, singers, path, distance=False):
    """Draws the matrix of `singer_similarity`.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    singers : list of str
    path : str or Path
        Of the picture.
    distance : bool
        As `singer_similarity` takes it.
    """
    similarity, names = singer_similarity(embeddings, singers, distance)
    score = "minus mean squared distance" if distance else "mean cosine"
    with picture(path, 6, 5) as figure:
        axis = figure.subplots()
        image = axis.imshow(similarity, cmap="viridis")
        figure.colorbar(image, label=f"{score} between recordings")
        if len(names) <= MAX_LABELS:
            name_lines(axis, names, 7)
        axis.set_title("Similarity between singers")


def tsne(embeddings, metric="cosine", dimensions=2):
    """Places recordings in the plane, or in space (t-SNE).

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim], at least 4 recordings.
    metric : str
        What compares them: cosine, or euclidean where lengths count.
    dimensions : int
        2 or 3.

    Returns
    -------
    points : np.ndarray
        [recordings, dimensions]

    Example
    -------
    >>> import torch
    >>> tsne(torch.randn(5, 3)).shape
    (5, 2)
    """
    perplexity = min(30.0, (len(embeddings) - 1) / 3)
    if metric == "cosine":
        embeddings = F.normalize(embeddings, dim=1)
    return TSNE(
        dimensions,
        perplexity=perplexity,
        # In space coarser: a third faster, and neighbours stay the same
        angle=0.5 if dimensions == 2 else 0.8,
        metric=metric,
        init="random",
        random_state=0,
    ).fit_transform(embeddings.numpy())


def colours_of(names):
    """A colour for each name, the same in every picture of them.

    Arguments
    ---------
    names : list of str

    Returns
    -------
    colours : np.ndarray
        [names, 4], RGBA, in [0, 1].

    Example
    -------
    >>> colours_of(["ann", "bob"]).shape
    (2, 4)
    """
    return colormaps["nipy_spectral"](np.linspace(0.05, 0.95, len(names)))


def plot_tsne(points, labels, path, column="singer"):
    """Draws recordings in the plane, coloured by a column of the manifest.

    Arguments
    ---------
    points : np.ndarray
        [recordings, 2], as `tsne` places them.
    labels : list of str
        [recordings]
    path : str or Path
        Of the picture.
    column : str
        What the labels are.
    """
    names, index = sorted_numbers(labels)
    colours = colours_of(names)
    with picture(path, 6.5, 5) as figure:
        axis = figure.subplots()
        dots = [
            axis.scatter(*points[index == i].T, s=14, color=colours[i])
            for i in range(len(names))
        ]
        if len(names) <= MAX_LABELS:
            beside = {"loc": "center left", "bbox_to_anchor": (1, 0.5)}
            name_legend(axis, dots, names, fontsize=7, **beside)
        axis.set(xticks=[], yticks=[])
        axis.set_title(f"Recordings, coloured by {column} (t-SNE)")


def space_pictures(embeddings, singers):
    """Pictures of recordings as `draw_each` takes them: matrix and plane.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim], at least 4 recordings.
    singers : list of str

    Returns
    -------
    pictures : dict
        What a picture is of, to its file's name and what draws it there.

    Example
    -------
    >>> import torch
    >>> list(space_pictures(torch.randn(4, 3), list("aabb")))
    ['similarity', 't-SNE']
    """
    return {
        "similarity": (
            "similarity.png",
            lambda path: plot_similarity(embeddings, singers, path),
        ),
        "t-SNE": (
            "tsne.png",
            lambda path: plot_tsne(tsne(embeddings), singers, path),
        ),
    }
