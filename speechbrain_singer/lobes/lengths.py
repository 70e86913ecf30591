"""Rows of padded batches: their lengths, and encoding without padding."""

import torch


def lengths_in_samples(wavs, wav_lens=None):
    """The length of each row of a padded batch.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    wav_lens : torch.Tensor or list of float, optional
        [batch], relative to the longest, in (0, 1]. All of it if left out.

    Returns
    -------
    lengths : list of int

    Raises
    ------
    ValueError
        If there is not one length in (0, 1] for each row.

    Example
    -------
    >>> lengths_in_samples(torch.zeros(2, 100), torch.tensor([0.5, 1.0]))
    [50, 100]
    """
    if wav_lens is None:
        return [wavs.shape[1]] * len(wavs)
    wav_lens = torch.as_tensor(wav_lens, dtype=torch.float64, device="cpu")
    valid = wav_lens.shape == (len(wavs),)
    if not valid or not ((wav_lens > 0) & (wav_lens <= 1)).all():
        raise ValueError(
            f"wav_lens must be {len(wavs)} relative lengths in (0, 1], not "
            f"{wav_lens.tolist()}"
        )
    return (wav_lens * wavs.shape[1]).round().long().tolist()


def without_padding(wavs, wav_lens=None):
    """The rows of a padded batch, [time] each; see `lengths_in_samples`."""
    lengths = lengths_in_samples(wavs, wav_lens)
    return [wav[:length] for wav, length in zip(wavs, lengths, strict=True)]


def encode_by_length(encode, rows):
    """Encodes rows of equal length together: padding would change the result.

    Arguments
    ---------
    encode : callable
        [rows, time] to [rows, dim], each row by itself.
    rows : list of torch.Tensor
        [time] each.

    Returns
    -------
    embeddings : torch.Tensor
        [rows, dim]

    Example
    -------
    >>> rows = [torch.tensor([1.0]), torch.tensor([1.0, 4.0])]
    >>> encode_by_length(lambda wavs: wavs.sum(dim=1, keepdim=True), rows)
    tensor([[1.],
            [5.]])
    """
    embeddings = [None] * len(rows)
    for length in sorted({len(row) for row in rows}):
        alike = [i for i, row in enumerate(rows) if len(row) == length]
        encoded = encode(torch.stack([rows[i] for i in alike]))
        for i, embedding in zip(alike, encoded, strict=True):
            embeddings[i] = embedding
    return torch.stack(embeddings)
