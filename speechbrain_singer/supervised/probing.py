"""A linear probe in the place of a network: chunks, by statistics of each."""

import torch

from speechbrain_singer.evaluation.embeddings import encode_rows
from speechbrain_singer.evaluation.probes import LinearProbe

PROBE = "probe"


def probe_scores(encoder, parts, progressbar=True):
    """Logits of chunks, by a linear probe on embeddings of a frozen encoder.

    Each dimension is standardised, as it is in the chunks that train. A chunk
    that cannot be encoded counts as the mean of those.

    Arguments
    ---------
    encoder : object
        As `embed_recordings` takes it.
    parts : dict of str to Part
        train, valid and test, of `Chunks`.
    progressbar : bool

    Returns
    -------
    scores : dict of str to np.ndarray
        By part, [chunks, classes].
    parameters : int
        How many were learned.
    """
    embeddings = {
        name: encode_rows(encoder, part.windows.rows, progressbar)
        for name, part in parts.items()
    }
    usable = embeddings["train"].isfinite().all(dim=1)
    known = embeddings["train"][usable]
    labels = torch.as_tensor(parts["train"].windows.label)[usable]
    probe = LinearProbe().fit(known, labels)
    mean = known.mean(dim=0)
    scores = {
        name: probe.scores(torch.where(own.isfinite(), own, mean)).numpy()
        for name, own in embeddings.items()
    }
    return scores, probe.weight.numel() + probe.bias.numel()
