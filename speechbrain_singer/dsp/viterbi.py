"""The best path through states, in parallel over time.

Viterbi's algorithm is a product of matrices in which maximum stands for sum
and sum for product. The factors can be paired in any way, so a path over n
steps takes about log2(n) rounds of batched work instead of n.

S. Hassan, S. Särkkä and Á. F. García-Fernández, "Temporal parallelization of
inference in hidden Markov models", IEEE Transactions on Signal Processing 69,
2021: the same products, there as a parallel scan.
"""

import torch


def best_path(transitions, scores):
    """The states of the path with the largest sum of scores.

    Each step finds its state alone. So where paths are equally good, one may
    give this step its state and another the next.

    Arguments
    ---------
    transitions : torch.Tensor
        [from, to, steps - 1, batch], score of moving between two states.
    scores : torch.Tensor
        [states, steps, batch], score of being in a state.

    Returns
    -------
    path : torch.Tensor
        int64, [steps, batch]

    Example
    -------
    >>> scores = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.5, 0.0]])[..., None]
    >>> costly = torch.tensor([[0.0, -1.0], [-1.0, 0.0]])[..., None, None]
    >>> best_path(costly.expand(2, 2, 2, 1), scores).flatten().tolist()
    [0, 0, 0]
    >>> best_path(0 * costly.expand(2, 2, 2, 1), scores).flatten().tolist()
    [0, 1, 0]
    """
    start = scores[:, :1]
    steps = transitions + scores[None, :, 1:]
    until = _scores_until(start[:, 0], steps)
    backwards = steps.transpose(0, 1).flip(2)
    after = _scores_until(torch.zeros_like(start[:, 0]), backwards).flip(1)
    until = torch.cat([start, until], dim=1)
    after = torch.cat([after, torch.zeros_like(start)], dim=1)
    return (until + after).argmax(0)


def _scores_until(start, steps):
    """Best score of each state after each step, [states, steps, batch].

    Two steps at a time are made one, those are walked in the same way, and the
    moments between them are filled in. `start` is [states, batch], `steps`
    [from, to, steps, batch].
    """
    count = steps.shape[2]
    if count < 2:
        return _walk(start[:, None], steps)
    firsts, seconds = steps[:, :, : count // 2 * 2 : 2], steps[:, :, 1::2]
    pairs = (firsts[:, :, None] + seconds[None]).amax(1)
    after_pairs = _scores_until(start, pairs)
    before = torch.cat([start[:, None], after_pairs], dim=1)
    scores = steps.new_empty(len(start), count, start.shape[1])
    scores[:, 1::2] = after_pairs
    scores[:, ::2] = _walk(before[:, : (count + 1) // 2], steps[:, :, ::2])
    return scores


def _walk(before, steps):
    """One step from [states, steps, batch], each by its own matrix."""
    return (before[:, None] + steps).amax(0)
