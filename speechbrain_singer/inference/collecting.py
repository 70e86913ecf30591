"""Embeddings of many recordings, of which some may have failed."""

import torch
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.dataio.audio import AudioError

logger = get_logger(__name__)


def stack_embeddings(outcomes):
    """Embeddings of recordings as rows, of which none may fail.

    Arguments
    ---------
    outcomes : iterable of (torch.Tensor or AudioError)
        As `collect_embeddings` takes them. The first error is raised.

    Returns
    -------
    embeddings : torch.Tensor
        [recordings, dim]
    """
    embeddings = []
    for outcome in outcomes:
        if isinstance(outcome, AudioError):
            raise outcome
        embeddings.append(outcome)
    return torch.stack(embeddings)


# The recordings are encoded while this goes over `outcomes`: without gradients
@torch.no_grad()
def collect_embeddings(outcomes, count, dimension, progressbar=True):
    """Embeddings of recordings as rows, NaN where there is none.

    Arguments
    ---------
    outcomes : iterable of (torch.Tensor or AudioError)
        For each recording, in order: [dim], or why it cannot be encoded.
    count : int
        How many recordings there are.
    dimension : int
        Of the embeddings.
    progressbar : bool

    Returns
    -------
    embeddings : torch.Tensor
        [count, dim], float32, on the CPU. A warning names each recording
        that cannot be encoded.

    Raises
    ------
    AudioError
        If none can be encoded.

    Example
    -------
    >>> outcomes = [torch.ones(2), AudioError("b.wav: the file is empty")]
    >>> collect_embeddings(outcomes, 2, 2, progressbar=False)
    tensor([[1., 1.],
            [nan, nan]])
    """
    embeddings = torch.full((count, dimension), torch.nan)
    failures = []
    bar = tqdm(
        outcomes, "Encoding", count, unit="file", disable=not progressbar
    )
    for row, outcome in enumerate(bar):
        if isinstance(outcome, AudioError):
            failures.append(outcome)
            logger.warning("%s (left out: row %d is NaN)", outcome, row)
        else:
            embeddings[row] = outcome
    if failures and len(failures) == count:
        raise AudioError(
            f"none of {count} files can be encoded; the first: {failures[0]}"
        ) from failures[0]
    return embeddings
