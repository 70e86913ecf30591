"""Encoders of padded batches, blind to padding and to the rest of the batch."""

from itertools import chain

import torch

from speechbrain_singer.dataio.audio import SILENCE, AudioError
from speechbrain_singer.inference.waveforms import as_batch
from speechbrain_singer.lobes.lengths import encode_by_length, without_padding

# How much is encoded at once: 95 s at 44.1 kHz, whose spectra take 0.2 GB
_SAMPLES = 2**22


class Baseline(torch.nn.Module):
    """An encoder whose `embed` has rows of one length.

    Arguments
    ---------
    sample_rate : int
        Of the waveforms, in Hz.
    dimension : int
        Of the embeddings.
    min_samples : int
        Length of the shortest row that can be encoded.

    Example
    -------
    >>> class Mean(Baseline):
    ...     def embed(self, wavs):
    ...         return wavs.mean(dim=1, keepdim=True)
    >>> wavs = torch.tensor([[1.0, 3.0, 0.0], [1.0, 1.0, 4.0]])
    >>> Mean(16000, 1, 1).encode_batch(wavs, [2 / 3, 1.0]).flatten()
    tensor([2., 2.])
    """

    def __init__(self, sample_rate, dimension, min_samples):
        super().__init__()
        self.sample_rate = sample_rate
        self.dimension = dimension
        self.min_samples = min_samples

    def embed(self, wavs):
        """Embeds rows by themselves: [rows, time] to [rows, dimension]."""
        raise NotImplementedError

    @torch.no_grad()
    def encode_batch(self, wavs, wav_lens=None):
        """Embeds a batch of waveforms.

        Arguments
        ---------
        wavs : torch.Tensor or np.ndarray
            [batch, time], at `sample_rate`.
        wav_lens : torch.Tensor, optional
            [batch], relative to the longest, in (0, 1]. All of it if left
            out.

        Returns
        -------
        embeddings : torch.Tensor
            [batch, 1, dimension], on the device of the encoder.

        Raises
        ------
        AudioError
            If a row is too short, silent, or not finite.
        ValueError
            If there is not one length in (0, 1] for each row.
        """
        tensors = chain(self.parameters(), self.buffers())
        device = next((tensor.device for tensor in tensors), "cpu")

        def few_at_once(batch):
            few = batch.split(max(1, _SAMPLES // batch.shape[1]))
            return torch.cat([self._encode(wavs.to(device)) for wavs in few])

        rows = recordings(wavs, wav_lens, self.min_samples)
        return encode_by_length(few_at_once, rows).unsqueeze(1)

    def _encode(self, wavs):
        return self.embed(wavs)


def recordings(wavs, wav_lens=None, min_samples=1):
    """The rows of a padded batch without their padding, checked.

    Arguments and errors are those of `Baseline.encode_batch`.

    Returns
    -------
    recordings : list of torch.Tensor
        [time] each, float32.

    Example
    -------
    >>> [len(w) for w in recordings(torch.randn(2, 100), [0.5, 1.0])]
    [50, 100]
    """
    rows = without_padding(as_batch(wavs), wav_lens)
    for i, row in enumerate(rows):
        if len(row) < min_samples:
            raise AudioError(
                f"row {i} of the batch: too short, {len(row)} samples where "
                f"the encoder needs {min_samples}"
            )
        if row.max() - row.min() <= 2 * SILENCE:  # whatever its offset
            raise AudioError(f"row {i} of the batch: silent throughout")
    return rows
