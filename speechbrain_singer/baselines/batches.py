"""Batches of recordings, blind to padding, for any encoder."""

import torch

from speechbrain_singer.dataio.audio import SILENCE, AudioError
from speechbrain_singer.inference.waveforms import as_batch
from speechbrain_singer.lobes.lengths import encode_by_length, without_padding

# How much is encoded at once: 95 s at 44.1 kHz, whose spectra take 0.2 GB
_SAMPLES = 2**22


def recordings(wavs, wav_lens=None, min_samples=1):
    """The rows of a padded batch without their padding, checked.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    wav_lens : torch.Tensor, optional
        [batch], relative to the longest, in (0, 1]. All of it if left out.
    min_samples : int
        What is shorter is refused.

    Returns
    -------
    recordings : list of torch.Tensor
        [time] each, float32.

    Raises
    ------
    AudioError
        If a row is too short, silent, or not finite.
    ValueError
        If there is not one length in (0, 1] for each row.

    Example
    -------
    >>> [len(w) for w in recordings(torch.ones(2, 100), [0.5, 1.0])]
    [50, 100]
    """
    rows = without_padding(as_batch(wavs), wav_lens)
    for i, row in enumerate(rows):
        if len(row) < min_samples:
            raise AudioError(
                f"row {i} of the batch: too short, {len(row)} samples where "
                f"the encoder needs {min_samples}"
            )
        if row.abs().max() <= SILENCE:
            raise AudioError(f"row {i} of the batch: silent throughout")
    return rows


def encode_padded(encode, wavs, wav_lens=None, min_samples=1):
    """Encodes the rows of a padded batch, a bounded number at once.

    Arguments
    ---------
    encode : callable
        [rows, time] to [rows, dim], each row by itself.
    wavs, wav_lens, min_samples
        As `recordings` takes them.

    Returns
    -------
    embeddings : torch.Tensor
        [batch, 1, dim]

    Raises
    ------
    AudioError, ValueError
        As `recordings`.

    Example
    -------
    >>> wavs = torch.tensor([[1.0, 0.0, 0.0], [1.0, 1.0, 4.0]])
    >>> encode = lambda wavs: wavs.mean(dim=1, keepdim=True)
    >>> encode_padded(encode, wavs, [1 / 3, 1.0]).flatten()
    tensor([1., 2.])
    """

    def few_at_once(batch):
        size = max(1, _SAMPLES // batch.shape[1])
        return torch.cat([encode(few) for few in batch.split(size)])

    rows = recordings(wavs, wav_lens, min_samples)
    return encode_by_length(few_at_once, rows).unsqueeze(1)
