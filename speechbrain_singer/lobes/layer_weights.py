"""One layer out of many: their weighted sum, with weights that are learned."""

import torch

from speechbrain_singer.checks import check_whole


class LayerWeights(torch.nn.Module):
    """Weighted sum of a front end's layers, the weights a softmax.

    As Yamamoto (APSIPA 2023) and SUPERB have it: a scalar for each layer, the
    input of the transformer included, all alike at the start. The layers are
    taken as they are, without normalisation.

    Arguments
    ---------
    layers : int

    Raises
    ------
    ValueError
        If there is no layer.

    Example
    -------
    >>> summed = LayerWeights(3)
    >>> summed(torch.ones(2, 49, 3, 8)).shape
    torch.Size([2, 49, 8])
    >>> [round(weight, 3) for weight in summed.weights()]
    [0.333, 0.333, 0.333]
    """

    def __init__(self, layers):
        super().__init__()
        check_whole("layers", layers, least=1)
        self.layers = layers
        self.scalars = torch.nn.Parameter(torch.zeros(layers))

    def forward(self, layers):
        """The sum.

        Arguments
        ---------
        layers : torch.Tensor
            [batch, frames, layers, width]

        Returns
        -------
        summed : torch.Tensor
            [batch, frames, width]

        Raises
        ------
        ValueError
            If there are not as many layers as it has weights for.
        """
        if layers.shape[2] != self.layers:
            raise ValueError(
                f"{layers.shape[2]} layers, but weights for {self.layers}: "
                "build LayerWeights with the front end's number of layers"
            )
        weights = self.scalars.softmax(dim=0).to(layers.dtype)
        return torch.einsum("bflw,l->bfw", layers, weights)

    def weights(self):
        """What each layer counts for, a list of floats that sum to 1."""
        return self.scalars.detach().softmax(dim=0).tolist()
