"""A siamese network: windows of one singer near each other."""

import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.metrics.detection import operating_points
from speechbrain_singer.objectives.siamese import squared_distances
from speechbrain_singer.supervised.brain import EncoderBrain

logger = get_logger(__name__)

# Of a collapsed space: what part of the collapse value the loss reaches, and
# what part of the margin the mean distance does not
LEAST_LOSS = 0.99
LEAST_DISTANCE = 0.01


class SiameseBrain(EncoderBrain):
    """Minimises `modules.objective`, a `SiameseLoss`, on pairs of windows.

    A batch has `decibels` [pairs, 2, frames, bands] and `labels` [pairs, 2];
    all its windows go through the encoder at once. Distances are squared. The
    best checkpoint is the one with the lowest validation loss. Distances in
    training are of the pairs of an epoch, as the weights were when they came
    by (since a run went on, and of the first process).

    Arguments
    ---------
    *args, **kwargs
        As `TrainingBrain` has them, `modules` with features, encoder and
        objective.
    """

    def embed(self, loader):
        """The embeddings of single windows.

        Arguments
        ---------
        loader : iterable of dict
            With `decibels` [windows, frames, bands].

        Returns
        -------
        embeddings : torch.Tensor
            [all windows, dim], float32 and on the CPU, in the order of the
            loader.
        """
        return self.outputs(loader, self.encode)

    def compute_forward(self, batch, stage):
        """Embeddings of a batch: [pairs, 2, dim], float32."""
        windows = batch["decibels"].flatten(0, 1)
        embeddings = self.encode({"decibels": windows})
        return embeddings.float().unflatten(0, (-1, 2))

    def compute_objectives(self, embeddings, batch, stage):
        """The loss of the pairs: a scalar."""
        labels = batch["labels"].to(self.device, non_blocking=True)
        distances = squared_distances(*embeddings.detach().unbind(dim=1))
        self.kept.append((distances, labels[:, 0] == labels[:, 1]))
        return self.modules.objective(*embeddings.unbind(dim=1), labels)

    def train_figures(self):
        """Mean distances of pairs of one singer and of two."""
        if not self.kept:  # goes on from a checkpoint after the last step
            return {}
        return _mean_distances(*self._distances())

    def valid_figures(self):
        """Mean distances, and the EER of the distances in percent."""
        distances, same = self._distances()
        self._warn_of_collapse(distances, same)
        figures = _mean_distances(distances, same)
        if len(figures) < 2:  # a few pairs of --debug
            return figures
        points = operating_points(-distances.numpy(), same.numpy())
        return {**figures, "EER": 100 * points.equal_error()[0]}

    def _distances(self):
        """Of all pairs of the stage, and whether each is of one singer."""
        parts = zip(*self.kept, strict=True)
        return tuple(torch.cat(part).cpu() for part in parts)

    def _warn_of_collapse(self, distances, same):
        objective = self.modules.objective
        loss = objective.of_distances(distances, same).mean().item()
        distance = distances.mean().item()
        if (
            loss >= LEAST_LOSS * objective.collapsed
            and distance < LEAST_DISTANCE * objective.margin
        ):
            logger.warning(
                "the embeddings have collapsed: the mean squared distance of "
                f"pairs is {distance:.2g}, and the loss {loss:.4f} that of a "
                "space of one point. Singers cannot be told apart like this: "
                "lower lr, or take another form of the loss."
            )


def _mean_distances(distances, same):
    """{name: mean} of those kinds of pairs that there are."""
    kinds = {"same_distance": same, "different_distance": ~same}
    return {
        name: distances[kind].mean().item()
        for name, kind in kinds.items()
        if kind.any()
    }
