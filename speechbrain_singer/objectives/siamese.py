"""Siamese networks: pairs of one singer near each other, others apart."""

import torch

from speechbrain_singer.checks import check_choice, check_number
from speechbrain_singer.objectives.objective import Objective


def squared_distances(first, second):
    """Squared Euclidean distance of each pair.

    Arguments
    ---------
    first, second : torch.Tensor
        [pairs, dim]

    Returns
    -------
    distances : torch.Tensor
        [pairs]

    Example
    -------
    >>> squared_distances(torch.zeros(1, 2), torch.tensor([[3.0, 4.0]]))
    tensor([25.])
    """
    return (first - second).square().sum(dim=1)


def pair_losses(distances, same, margin=1.0, form="linear"):
    """The loss of each pair, y = 1 being one singer, and D the distance.

    "linear" is y D / 2 + (1 - y) max(0, margin - D) / 2, as Wang and Tzanetakis
    (ICASSP 2018) print it: linear in the squared distance. They refer to
    Hadsell et al. (CVPR 2006, eq. 4), whose hinge is "hadsell":
    y D / 2 + (1 - y) max(0, margin - sqrt(D))^2 / 2.

    Arguments
    ---------
    distances : torch.Tensor
        [pairs], squared.
    same : torch.Tensor
        [pairs], bool: whether it is one singer.
    margin : float
        Of the squared distance if linear, else of the distance.
    form : str
        linear or hadsell.

    Returns
    -------
    losses : torch.Tensor
        [pairs]. Their gradient is 0 where the distance is.

    Example
    -------
    >>> distances, same = torch.full((2,), 0.25), torch.tensor([True, False])
    >>> pair_losses(distances, same)
    tensor([0.1250, 0.3750])
    >>> pair_losses(distances, same, form="hadsell")
    tensor([0.1250, 0.1250])
    """
    if form == "linear":
        apart = (margin - distances).relu()
    else:
        # The root of 0 has no gradient
        least = torch.finfo(distances.dtype).tiny
        apart = (margin - distances.clamp(min=least).sqrt()).relu().square()
    return torch.where(same, distances, apart) / 2


def hardest_negatives(anchors, labels, embeddings, singers):
    """The nearest embedding of another singer, for each anchor.

    Arguments
    ---------
    anchors : torch.Tensor
        [anchors, dim]
    labels : torch.Tensor
        [anchors], their singers.
    embeddings : torch.Tensor
        [embeddings, dim], where to look.
    singers : torch.Tensor
        [embeddings], their singers.

    Returns
    -------
    nearest : torch.Tensor
        [anchors], the place in `embeddings`.
    found : torch.Tensor
        [anchors], bool: whether there is another singer at all.

    Example
    -------
    >>> embeddings = torch.tensor([[0.0], [1.0], [3.0], [9.0]])
    >>> singers = torch.tensor([0, 0, 1, 1])
    >>> hardest_negatives(embeddings, singers, embeddings, singers)[0]
    tensor([2, 2, 1, 1])
    """
    others = labels.unsqueeze(1) != singers
    with torch.no_grad():
        # Not by a matrix product, in which near ones get lost
        distances = torch.cdist(
            anchors,
            embeddings,
            compute_mode="donot_use_mm_for_euclid_dist",
        )
        nearest = distances.masked_fill(~others, torch.inf).argmin(dim=1)
    return nearest, others.any(dim=1)


class SiameseLoss(Objective):
    """The mean loss of pairs of embeddings, over all processes in training.

    Arguments
    ---------
    margin : float
    form : str
        As `pair_losses` has it.
    negatives : str
        "drawn" takes the pairs as they are. With "hardest" each pair of one
        singer brings another one, of its first embedding and the nearest of
        another singer in the batch, in place of the pairs of two singers. In
        evaluation mode the pairs are taken as they are in any case, so that
        losses can be compared.

    Raises
    ------
    ValueError
        If an argument is not as said.

    Example
    -------
    >>> first, second = torch.zeros(2, 16), torch.zeros(2, 16)
    >>> loss = SiameseLoss()
    >>> loss(first, second, torch.tensor([[0, 0], [0, 1]])), loss.collapsed
    (tensor(0.2500), 0.25)
    """

    def __init__(self, margin=1.0, form="linear", negatives="drawn"):
        super().__init__()
        check_number("margin", margin, least=0, above=True)
        check_choice("form", form, ("linear", "hadsell"))
        check_choice("negatives", negatives, ("drawn", "hardest"))
        self.margin = margin
        self.form = form
        self.negatives = negatives

    @property
    def collapsed(self):
        """The loss where all embeddings are one, of as many pairs of each kind.

        If linear, that of any space in which all distances are the same and
        within the margin.
        """
        return self.margin ** (1 if self.form == "linear" else 2) / 4

    def forward(self, first, second, labels):
        """The loss of a batch of pairs.

        Arguments
        ---------
        first, second : torch.Tensor
            [pairs, dim]
        labels : torch.Tensor
            [pairs, 2], integers: the singers of both.

        Returns
        -------
        loss : torch.Tensor
            Scalar.

        Raises
        ------
        ValueError
            If shapes do not fit, there is but one pair, or embeddings are not
            finite.
        """
        if labels.shape != (len(first), 2):
            raise ValueError(
                f"{len(first)} pairs need labels [{len(first)}, 2], not "
                f"{list(labels.shape)}"
            )
        return super().forward(first, second, labels)

    def compute(self, first, second, labels):
        """The loss of checked pairs of all processes: a scalar."""
        same = labels[:, 0] == labels[:, 1]
        distances = squared_distances(first, second)
        if self.training and self.negatives == "hardest":
            return self._with_hardest(first, second, labels, distances, same)
        return self.of_distances(distances, same).mean()

    def of_distances(self, distances, same):
        """`pair_losses` of squared distances [pairs] and kinds [pairs]."""
        return pair_losses(distances, same, self.margin, self.form)

    def _with_hardest(self, first, second, labels, distances, same):
        both, singers = torch.cat([first, second]), labels.T.flatten()
        nearest, found = hardest_negatives(first, labels[:, 0], both, singers)
        negatives = squared_distances(first, both[nearest])
        counted = torch.cat([same, same & found])
        losses = self.of_distances(
            torch.cat([distances, negatives]),
            torch.cat([torch.ones_like(same), torch.zeros_like(same)]),
        )
        # Of fixed shapes, so that a GPU is not waited for
        return losses.masked_fill(~counted, 0).sum() / counted.sum().clamp(
            min=1
        )
