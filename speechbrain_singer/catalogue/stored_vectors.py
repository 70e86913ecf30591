"""Embeddings in a file, compared exactly: all of them, or a short list."""

from pathlib import Path

import numpy as np
import torch

from speechbrain_singer.inference.scores import COSINE, SCORES

FILE = "vectors.bin"
NOBODY = -1  # where there are fewer neighbours than were asked for
_BLOCK = 65_536  # vectors that are in memory at once
_QUERIES = 64  # whose short lists are in memory at once


class StoredVectors:
    """The vectors of an index, read from disk where they are needed.

    Arguments
    ---------
    folder : str or Path
        Of the index.
    shape : tuple of int
        [n, dim]
    dtype : str
        float16, which halves what is read, or float32.
    score : str
        By what they are compared, see `SCORES`; of length 1 for the cosine.
    """

    def __init__(self, folder, shape, dtype, score):
        path = Path(folder, FILE)
        # Not "r", as torch warns of what it must not write to
        self.values = np.memmap(path, dtype, "c", shape=tuple(shape))
        self.score = score

    def __len__(self):
        return len(self.values)

    def take(self, numbers):
        """Some of them: [numbers] to float32, [numbers, dim]."""
        return torch.from_numpy(self.values[numbers]).float()

    def blocks(self):
        """All of them, block by block: float32, [block, dim]."""
        for start in range(0, len(self), _BLOCK):
            yield self.take(slice(start, start + _BLOCK))

    def nearest(self, queries, k, among=None):
        """The nearest of all, each of which is compared.

        Arguments
        ---------
        queries : torch.Tensor
            [q, dim], float32.
        k : int
        among : np.ndarray, optional
            The numbers of those that count; all if left out.

        Returns
        -------
        numbers : np.ndarray
            [q, k], int64; NOBODY where there are not so many.
        """
        count = len(self) if among is None else len(among)
        best = torch.full((len(queries), 0), 0.0)
        found = torch.full((len(queries), 0), NOBODY)
        for start in range(0, count, _BLOCK):
            part = slice(start, min(start + _BLOCK, count))
            block = self.take(part if among is None else among[part])
            alike, near = self._alike(queries, block).topk(min(k, len(block)))
            best = torch.cat([best, alike], dim=1)
            found = torch.cat([found, near + start], dim=1)
            best, kept = best.topk(min(k, best.shape[1]))
            found = found.gather(1, kept)
        numbers = found.numpy()
        if among is not None:
            numbers = among[numbers]
        return _padded(numbers, k)

    def _alike(self, queries, block):
        """[q, block], falling as the distance grows."""
        # Of a single query it takes two thirds of the time that torch's takes
        products = torch.from_numpy(queries.numpy() @ block.numpy().T)
        if self.score == COSINE:
            return products
        # Minus half of the squared distance, but for what is the query's own
        return products - block.square().sum(dim=1) / 2

    def rank(self, queries, numbers, k):
        """The best of each query's short list, by their exact scores.

        Arguments
        ---------
        queries : torch.Tensor
            [q, dim], float32.
        numbers : np.ndarray
            [q, short list], int64; NOBODY is none.
        k : int

        Returns
        -------
        numbers : np.ndarray
            [q, k], int64, from the best on; NOBODY where there are not so many.
        scores : np.ndarray
            [q, k], float32; -inf of NOBODY.
        """
        parts = [
            self._rank(
                queries[start : start + _QUERIES],
                _padded(numbers[start : start + _QUERIES], k),
                k,
            )
            for start in range(0, len(queries), _QUERIES)
        ]
        return tuple(map(np.concatenate, zip(*parts, strict=True)))

    def _rank(self, queries, numbers, k):
        near = self.take(numbers)
        scores = SCORES[self.score].compare(queries[:, None], near)
        if self.score == COSINE:
            # Both have the length 1; a rounding error is no angle
            scores = scores.clamp(-1, 1)
        scores[torch.from_numpy(numbers == NOBODY)] = -torch.inf
        scores, kept = scores.topk(k)
        return np.take_along_axis(numbers, kept.numpy(), 1), scores.numpy()


def _padded(numbers, k):
    lacking = k - numbers.shape[1]
    if lacking <= 0:
        return numbers
    return np.pad(numbers, ((0, 0), (0, lacking)), constant_values=NOBODY)
