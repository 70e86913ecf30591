"""Batches of recordings, blind to padding, for any encoder."""

import torch

from speechbrain_singer.dataio.audio import SILENCE, AudioError
from speechbrain_singer.inference.waveforms import as_batch
from speechbrain_singer.lobes.waveform_encoder import lengths_in_samples

# That are encoded at once: 95 s at 44.1 kHz, whose spectra take some 0.2 GB
_SAMPLES = 2**22


def recordings(wavs, wav_lens=None, min_samples=1):
    """The rows of a padded batch without their padding.

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
    wavs = as_batch(wavs)
    lengths = lengths_in_samples(wavs, wav_lens)
    rows = [wav[:n] for wav, n in zip(wavs, lengths, strict=True)]
    for i, row in enumerate(rows):
        if len(row) < min_samples:
            raise AudioError(
                f"row {i} of the batch: too short, {len(row)} samples where "
                f"the encoder needs {min_samples}"
            )
        if row.abs().max() <= SILENCE:
            raise AudioError(f"row {i} of the batch: silent throughout")
    return rows


def encode_by_length(encode, wavs, wav_lens=None, min_samples=1):
    """Encodes recordings of one length at once, length by length.

    Arguments
    ---------
    encode : callable
        [rows, time] to [rows, dim], each row by itself.
    wavs : torch.Tensor
        [batch, time]
    wav_lens : torch.Tensor, optional
        [batch], relative to the longest, in (0, 1]. All of it if left out.
    min_samples : int
        What is shorter is refused.

    Returns
    -------
    embeddings : torch.Tensor
        [batch, 1, dim]

    Raises
    ------
    AudioError
        If a row is too short, silent, or not finite.
    ValueError
        If there is not one length in (0, 1] for each row.

    Example
    -------
    >>> wavs = torch.tensor([[1.0, 0.0, 0.0], [1.0, 1.0, 4.0]])
    >>> encode = lambda wavs: wavs.mean(dim=1, keepdim=True)
    >>> encode_by_length(encode, wavs, [1 / 3, 1.0]).flatten()
    tensor([1., 2.])
    """
    rows = recordings(wavs, wav_lens, min_samples)
    embeddings = [None] * len(rows)
    for length in sorted({len(row) for row in rows}):
        alike = [i for i, row in enumerate(rows) if len(row) == length]
        batch = torch.stack([rows[i] for i in alike])
        for few in batch.split(max(1, _SAMPLES // length)):
            for embedding in encode(few):
                embeddings[alike.pop(0)] = embedding
    return torch.stack(embeddings).unsqueeze(1)
