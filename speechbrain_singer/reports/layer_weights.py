"""The picture of what each layer of a front end counts for."""

from matplotlib.ticker import MaxNLocator

from speechbrain_singer.reports.pictures import name_legend, picture

_MARKERS = "osD^vP*X"  # curves lie close together where all layers count alike


def plot_layer_weights(weights, path):
    """Draws the weights of layers, a curve for each front end.

    As the last figure of Yamamoto (APSIPA 2023) does for a task: the softmaxed
    weights at the end of training over the layer's index. 0 is what goes into
    a transformer, or the first layer of what is none.

    Arguments
    ---------
    weights : dict of str to list of float
        By front end, as `LayerWeights.weights` gives them. They may have
        layers of different number.
    path : str or Path
        Of the picture; its ending says the format.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is nothing to draw.

    Example
    -------
    >>> path = getfixture("tmp_path") / "layers.png"
    >>> figure = plot_layer_weights({"ge2e": [0.5, 0.3, 0.2]}, path)
    >>> figure.axes[0].lines[0].get_ydata().tolist()
    [0.5, 0.3, 0.2]
    """
    if not weights:
        raise ValueError(f"{path}: no weights of layers to draw")
    with picture(path, 5.6, 3.6) as figure:
        axis = figure.subplots()
        lines = []
        for number, values in enumerate(weights.values()):
            marker = _MARKERS[number % len(_MARKERS)]
            style = {"marker": marker, "markersize": 4, "color": f"C{number}"}
            # So that of two on one another both are seen
            style["linestyle"] = "--" if number % 2 else "-"
            lines += axis.plot(range(len(values)), values, **style)
        axis.set(xlabel="layer", ylabel="weight")
        axis.set_ylim(bottom=0)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.grid(alpha=0.3)
        place = {"loc": "outside lower center", "ncols": min(len(weights), 4)}
        name_legend(figure, lines, list(weights), **place)
    return figure
