"""SpeechBrain's statistics of binary decisions, for millions of trials."""

import numpy as np
import torch
from speechbrain.utils.metric_stats import BinaryMetricStats

from speechbrain_singer.metrics.detection import evaluate, operating_points


class VerificationStats(BinaryMetricStats):
    """`BinaryMetricStats` whose summary sorts once, in O(N log N).

    What SpeechBrain's class gives is given with the same names and values:
    TP, TN, FP, FN, FAR, FRR, DER, threshold, precision, recall, F-score and
    MCC. DER is, as there, (FP + FN) / (TP + TN): errors for each right
    decision, and no error rate. Beside them stand the figures of
    `detection.evaluate`: EER, minDCF, AUC and so on, over all trials.

    It differs from SpeechBrain's where that goes wrong:

    - NaN scores, and trials of one kind only, are refused; there the former
      count as accepted, the latter give NaN.
    - What is positive is the same for all figures; there `positive_label`
      sets the threshold only, and the counts take label 1.
    - Trials may be appended after a summary, and labels may be bool.
    - The F-score without a true positive is 0, not a division by zero.
    - `write_stats` writes the summary; there it asks for an average.

    Arguments
    ---------
    positive_label : int
        Of same-singer trials; all other labels are negative.

    Example
    -------
    >>> stats = VerificationStats()
    >>> scores, labels = torch.tensor([0.9, 0.7, 0.4]), torch.tensor([1, 1, 0])
    >>> stats.append(["trial1", "trial2", "trial3"], scores, labels)
    >>> stats.summarize("EER"), stats.summarize("AUC")
    (0.0, 1.0)
    >>> stats.summarize("recall", threshold=0.8, eps=0.0)
    0.5
    """

    def clear(self):
        """Forgets all trials."""
        super().clear()
        self._points = None

    def append(self, ids, scores, labels):
        """Adds trials.

        Arguments
        ---------
        ids : iterable of str
            Kept in `ids`, and not looked at.
        scores : torch.Tensor or array_like
            Of any shape.
        labels : torch.Tensor or array_like
            Of the same shape.

        Raises
        ------
        ValueError
            If there is not one label for each score.
        """
        scores, labels = torch.as_tensor(scores), torch.as_tensor(labels)
        if scores.shape != labels.shape:
            raise ValueError(
                f"one label per score is needed, got scores "
                f"{list(scores.shape)} and labels {list(labels.shape)}"
            )
        self.ids.extend(ids)
        self.scores.append(scores.detach().flatten())
        self.labels.append(labels.detach().flatten())
        self._points = None

    @property
    def points(self):
        """`OperatingPoints` of all trials; ValueError as of `validate`."""
        if self._points is None:
            if not self.scores:
                raise ValueError("no trials yet: append some")
            scores = torch.cat(self.scores).cpu().double()
            same = torch.cat(self.labels).cpu() == self.positive_label
            self._points = operating_points(scores.numpy(), same.numpy())
        return self._points

    def summarize(
        self, field=None, threshold=None, max_samples=None, beta=1, eps=1e-8
    ):
        """All figures, or one.

        Arguments
        ---------
        field : str, optional
            The name of a figure; all if left out.
        threshold : float, optional
            Rounded, as in SpeechBrain, to the precision of the scores. That
            of equal errors if left out.
        max_samples : float, optional
            The threshold is found on about so many trials of each kind,
            evenly spaced in their order by score. Nothing needs it here.
        beta : float
            How much the recall weighs in the F-score.
        eps : float
            Added to denominators.

        Returns
        -------
        summary : float or dict of str to float

        Raises
        ------
        ValueError
            As `detection.validate` does.
        """
        points = self.points
        if threshold is None:
            threshold = _sampled(points, max_samples).equal_error()[1]
        precision = torch.result_type(self.scores[0], 0.0)
        rounded = torch.tensor(threshold, dtype=precision).item()
        rejected, kept_out = points.rejected_at(rounded)
        self.summary = {
            **_decisions(points, rejected, kept_out, beta, eps),
            "threshold": threshold,
            **evaluate(points),
        }
        return self.summary if field is None else self.summary[field]

    def write_stats(self, filestream, verbose=False):
        """Writes a line for each figure; prints them, too, if `verbose`."""
        if not self.summary:
            self.summarize()
        lines = [f"{name}: {value}\n" for name, value in self.summary.items()]
        filestream.writelines(lines)
        if verbose:
            print(*lines, sep="", end="")


def _sampled(points, max_samples):
    """Operating points of some trials of each kind, or of all."""
    if max_samples is None:
        return points
    sides = []
    for counts in (points.rejected, points.kept_out):
        scores = np.repeat(points.thresholds[1:], np.diff(counts))
        sides.append(scores[:: max(1, int(len(scores) / max_samples))])
    labels = np.repeat([1, 0], [len(side) for side in sides])
    return operating_points(np.concatenate(sides), labels)


def _decisions(points, rejected, kept_out, beta, eps):
    """SpeechBrain's figures of so many rejected trials of both kinds."""
    fn, tn = float(rejected), float(kept_out)
    tp, fp = points.positives - fn, points.negatives - tn
    weighted = (1 + beta**2) * tp
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return {
        "TP": tp,
        "TN": tn,
        "FP": fp,
        "FN": fn,
        "FAR": fp / (fp + tn + eps),
        "FRR": fn / (tp + fn + eps),
        "DER": (fp + fn) / (tp + tn + eps),
        "precision": tp / (tp + fp + eps),
        "recall": tp / (tp + fn + eps),
        "F-score": tp and weighted / (weighted + beta**2 * fn + fp),
        "MCC": (tp * tn - fp * fn) / (product + eps) ** 0.5,
    }
