"""A classifier of windows or chunks: who sings, or how."""

import numpy as np
import speechbrain as sb
import torch
import torch.nn.functional as F
from speechbrain.utils.logger import get_logger

from speechbrain_singer.evaluation.predictions import (
    Predictions,
    fold_accuracies,
)
from speechbrain_singer.objectives.class_weights import weighted_cross_entropy
from speechbrain_singer.supervised.brain import EncoderBrain

logger = get_logger(__name__)


class ClassifierBrain(EncoderBrain):
    """Minimises the cross-entropy of `modules.classifier` on the encoder.

    A batch is one that `EncoderBrain` takes, with `label` [windows] and `row`
    [windows], the number of a window's recording. The best checkpoint is the
    one with the lowest validation loss. The accuracy in training is of the
    windows of an epoch, as the weights were when they came by (since a run
    went on, and of the first process).

    Arguments
    ---------
    *args, **kwargs
        As `TrainingBrain` has them, `modules` with features, encoder and
        classifier.
    class_weights : torch.Tensor, optional
        [classes], what each counts in the loss, of the validation too. The
        mean over a batch is the weighted one. All alike if left out.
    """

    def __init__(self, *args, class_weights=None, **kwargs):
        super().__init__(*args, **kwargs)
        if class_weights is not None:
            class_weights = class_weights.to(self.device)
        self.class_weights = class_weights

    def classify(self, batch):
        """Logits of a batch: [windows, classes], float32."""
        return self.network("classifier")(self.encode(batch)).float()

    def predict(self, loader):
        """The probabilities of the classes for each window.

        Arguments
        ---------
        loader : iterable of dict
            Of batches.

        Returns
        -------
        probabilities : np.ndarray
            [all windows, classes], float32, in the order of the loader.
        """

        def probabilities(batch):
            return self.classify(batch).softmax(dim=1)

        return self.outputs(loader, probabilities).numpy()

    def compute_forward(self, batch, stage):
        """Logits of a batch: [windows, classes]."""
        return self.classify(batch)

    def compute_objectives(self, logits, batch, stage):
        """The cross-entropy: a scalar."""
        labels = batch["label"].to(self.device, non_blocking=True)
        if stage == sb.Stage.TRAIN:
            self.kept.append(logits.detach().argmax(dim=1) == labels)
            if self.class_weights is not None:
                return weighted_cross_entropy(
                    logits, labels, self.class_weights
                )
        else:
            probabilities = logits.softmax(dim=1).cpu()
            self.kept.append((probabilities, batch["label"], batch["row"]))
        # All processes validate with the same
        return F.cross_entropy(logits, labels, self.class_weights)

    def train_figures(self):
        """The accuracy in percent."""
        if not self.kept:  # goes on from a checkpoint after the last step
            return {}
        return {"accuracy": 100 * torch.cat(self.kept).float().mean().item()}

    def valid_figures(self):
        """The accuracies in percent."""
        parts = zip(*self.kept, strict=True)
        probabilities, labels, rows = (torch.cat(x).numpy() for x in parts)
        answers = np.unique(probabilities.argmax(axis=1))
        if len(answers) == 1 and len(np.unique(labels)) > 1:
            logger.warning(
                "the classifier has collapsed: every window of the validation "
                f"is class {answers[0]} to it. A lower lr may help."
            )
        return accuracies(probabilities, labels, rows)


def accuracies(probabilities, labels, rows):
    """Accuracy of windows, and of recordings by the mean of their windows.

    Arguments
    ---------
    probabilities : np.ndarray
        [windows, classes]
    labels : np.ndarray
        [windows]
    rows : np.ndarray
        [windows], the number of each window's recording.

    Returns
    -------
    figures : dict of str to float
        accuracy and recording_accuracy, in percent.

    Example
    -------
    >>> probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.3, 0.7]])
    >>> labels, rows = np.array([0, 0, 1]), np.array([4, 4, 7])
    >>> figures = accuracies(probabilities, labels, rows)
    >>> round(figures["accuracy"], 1), figures["recording_accuracy"]
    (66.7, 100.0)
    """
    names = list(range(probabilities.shape[1]))
    fold = np.zeros(len(labels), dtype=int)
    windows = Predictions(names, labels, fold, probabilities)
    # Some recordings may have no window
    _, recordings = np.unique(rows, return_inverse=True)
    found = fold_accuracies(windows, windows.averaged(recordings))
    return {
        "accuracy": found["window"],
        "recording_accuracy": found["recording"],
    }
