"""Learned scores: a trained head is the back end."""

import numpy as np
import torch

from speechbrain_singer.scoring.vectors import as_vectors, check_trials


class LearnedScore:
    """Scores of a head that was trained on pairs of embeddings.

    Arguments
    ---------
    head : torch.nn.Module
        From two batches of embeddings, [n, dim] each, to [n]. It runs in
        evaluation mode, where its parameters are.
    distance : bool
        Whether it gives distances, as siamese networks do: their sign is
        turned.
    block : int
        Trials that are scored at once.

    Example
    -------
    >>> from speechbrain_singer.trials import Trials
    >>> trials = Trials(np.array([0]), np.array([1]), np.array([1]))
    >>> back_end = LearnedScore(torch.nn.PairwiseDistance(), distance=True)
    >>> back_end.score(torch.tensor([[3.0, 1.0], [1.0, 1.0]]), trials).round(3)
    array([-2.])
    """

    needs_background = False

    def __init__(self, head, distance=False, block=8192):
        self.head = head
        self.distance = distance
        self.block = block

    @torch.no_grad()
    def score(self, embeddings, trials):
        """Scores trials, see `scoring`.

        A ValueError also refuses a head that gives no number for each trial.
        """
        vectors = torch.from_numpy(as_vectors(embeddings))
        check_trials(trials, len(vectors))
        vectors = vectors.to(next(self.head.parameters(), torch.zeros(0)))
        scores = np.empty(len(trials.first))
        training = self.head.training
        self.head.eval()
        try:
            for start in range(0, len(scores), self.block):
                part = slice(start, start + self.block)
                sides = trials.first[part], trials.second[part]
                scores[part] = self._of(*(vectors[side] for side in sides))
        finally:
            self.head.train(training)
        return -scores if self.distance else scores

    def _of(self, first, second):
        scores = self.head(first, second)
        if scores.shape != first.shape[:1]:
            raise ValueError(
                f"the head gives {list(scores.shape)} for {len(first)} trials: "
                "one number for each is needed"
            )
        return scores.double().cpu()
