"""Windows of a recording, each with an embedding of its own."""

from collections import defaultdict
from itertools import islice
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from tqdm import tqdm

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.windows import window_starts

_BATCH = 8  # windows that are encoded at once: more gain nothing on a processor


class Windows(NamedTuple):
    """Windows with their embeddings, by their starts.

    Arguments
    ---------
    spans : np.ndarray
        [windows, 2], start and stop in seconds.
    embeddings : np.ndarray
        [windows, dim], float32, of length 1.
    """

    spans: np.ndarray
    embeddings: np.ndarray


def window_spans(stretches, seconds, hop):
    """Where the windows of stretches lie; none reaches over a rest.

    Arguments
    ---------
    stretches : np.ndarray
        [stretches, 2], start and stop in seconds.
    seconds, hop : float
        Length of a window, and from one to the next.

    Returns
    -------
    spans : np.ndarray
        [windows, 2], in seconds. The last one of a stretch ends with it. A
        stretch that is shorter than a window is a window.

    Example
    -------
    >>> window_spans(np.array([[0.0, 2.6], [4.0, 5.0]]), 2.0, 0.5).tolist()
    [[0.0, 2.0], [0.5, 2.5], [0.6, 2.6], [4.0, 5.0]]
    """
    spans = []
    for start, stop in stretches:
        # In ms, as seconds are rounded
        ms = [round(1000 * own) for own in (stop - start, seconds, hop)]
        starts = start + window_starts(*ms) / 1000
        spans += [(own, own + seconds) for own in starts] or [(start, stop)]
    return np.array(spans)


def encode_windows(encoder, blocks, spans, progressbar=False):
    """Embeds windows of a recording, as it is read.

    Arguments
    ---------
    encoder : object
        With `sample_rate` and `encode_batch` ([batch, time] to [batch, 1,
        dim]).
    blocks : iterable of torch.Tensor
        The audio, [time] each, in order, at the encoder's rate.
    spans : np.ndarray
        [windows, 2], start and stop in seconds, by their starts.
    progressbar : bool

    Returns
    -------
    windows : Windows
        Those that the encoder takes.

    Raises
    ------
    AudioError
        That of the last window, if it takes none.
    """
    places = np.round(spans * encoder.sample_rate).astype(int)
    bar = {"unit": "window", "disable": not progressbar}
    cuts = _cut(blocks, tqdm(places, "Listening", **bar))
    embeddings, failure = [], None
    while batch := list(islice(cuts, _BATCH)):
        for outcome in _encode(encoder, batch):
            failure = outcome if isinstance(outcome, AudioError) else failure
            embeddings.append(outcome)
    taken = [not isinstance(own, AudioError) for own in embeddings]
    if not any(taken):
        raise failure
    kept = [own for own in embeddings if not isinstance(own, AudioError)]
    vectors = F.normalize(torch.stack(kept), dim=1, eps=1e-30)
    return Windows(spans[taken], vectors.numpy())


def _cut(blocks, places):
    """The samples from each start to stop; no more is held than they need."""
    held, first, blocks = torch.empty(0), 0, iter(blocks)
    for start, stop in places:
        while first + len(held) < stop:
            block = next(blocks, None)
            if block is None:
                break
            held = torch.cat([held, block])
        held, first = held[start - first :], start
        yield held[: stop - start]


@torch.no_grad()
def _encode(encoder, batch):
    """An embedding, [dim], of each window, or why there is none."""
    of_length = defaultdict(list)
    for place, window in enumerate(batch):
        of_length[len(window)].append(place)
    outcomes = [None] * len(batch)
    for places in of_length.values():
        own = _encode_alike(encoder, [batch[place] for place in places])
        for place, outcome in zip(places, own, strict=True):
            outcomes[place] = outcome
    return outcomes


def _encode_alike(encoder, windows):
    try:
        embeddings = encoder.encode_batch(torch.stack(windows))
        return list(embeddings[:, 0].float().cpu())
    except AudioError as error:
        if len(windows) == 1:
            return [error]
        # One of them failed: which?
        return [_encode_alike(encoder, [own])[0] for own in windows]
