"""A baseline of a front end: its layers, mean over time."""

from speechbrain_singer.baselines.frozen import FrozenEncoder
from speechbrain_singer.inference.front_ends import load_front_end


class LayerMeans(FrozenEncoder):
    """Mean over time of a frozen front end's hidden layers.

    Arguments
    ---------
    source : str or Path
        As `load_front_end` takes it: a name such as "wavlm", a folder, or a
        repository on the Hugging Face hub.
    layer : int or str
        Which layer: 0 is what goes into the transformer, 1 comes out of its
        first layer, and so on. "all" concatenates them, 0 first.

    Raises
    ------
    ImportError
        If the package transformers is missing.
    OSError
        If there is no such folder, or the repository cannot be fetched.
    ValueError
        If there is no such layer, or the folder is incomplete or damaged.

    Example
    -------
    >>> encoder = LayerMeans("wavlm", layer=6)  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 768])
    """

    def __init__(self, source, layer="all"):
        front_end = load_front_end(source, frozen=True)
        layers = range(front_end.layers)
        if layer != "all" and layer not in layers:
            raise ValueError(
                f"no layer {layer!r} in {source}: give one of 0 to "
                f"{layers[-1]}, or 'all'"
            )
        super().__init__(
            front_end.sample_rate,
            front_end.width * (front_end.layers if layer == "all" else 1),
            front_end.min_samples,
        )
        self.layer = layer
        self.front_end = front_end
        self.freeze()

    def prepare(self, wavs):
        return self.front_end.normalised(wavs)

    def embed(self, wavs):
        means = self.front_end.hidden_layers(wavs).mean(dim=1)
        return means.flatten(1) if self.layer == "all" else means[:, self.layer]
