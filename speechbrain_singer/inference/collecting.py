"""What many recordings gave, of which some may have failed."""

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
    return torch.stack(without_errors(outcomes))


def without_errors(outcomes):
    """A list of them; the first that is an AudioError is raised."""
    given = []
    for outcome in outcomes:
        if isinstance(outcome, AudioError):
            raise outcome
        given.append(outcome)
    return given


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


def notes_or_none(outcomes, count, progressbar=True):
    """Notes of recordings as they come, None where there are none to be had.

    Arguments
    ---------
    outcomes : iterable of (np.ndarray or AudioError)
        For each recording, in order: [notes, 3], or why it cannot be
        transcribed.
    count : int
        How many recordings there are.
    progressbar : bool

    Yields
    ------
    notes : np.ndarray or None
        Of each recording; a warning names what cannot be transcribed.

    Raises
    ------
    AudioError
        At the end, if none can be transcribed.
    """
    failures = []
    options = {"unit": "file", "disable": not progressbar}
    for outcome in tqdm(outcomes, "Transcribing", count, **options):
        failed = isinstance(outcome, AudioError)
        if failed:
            logger.warning("%s (left out)", outcome)
            failures.append(outcome)
        yield None if failed else outcome
    if failures and len(failures) == count:
        raise AudioError(
            f"none of {count} files can be transcribed; the first: "
            f"{failures[0]}"
        ) from failures[0]
