"""GE2E, a speech encoder: three LSTMs trained to verify speakers."""

import numpy as np
import torch
import torch.nn.functional as F

from speechbrain_singer.baselines.batches import recordings
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.lobes.chunks import in_chunks
from speechbrain_singer.lobes.ge2e_layers import load_resemblyzer

MIN_SECONDS = 0.1  # What is shorter says nothing about a voice
CHUNK = 256  # windows of 1.6 s that go through the network at once


class GE2E(torch.nn.Module):
    """Resemblyzer's encoder, with its own weights and preprocessing.

    Wan et al., "Generalized end-to-end loss for speaker verification",
    ICASSP 2018, in the version of the package `resemblyzer`, which ships its
    weights. As there, quiet recordings are amplified to -30 dB of full scale,
    what webrtcvad takes for silence is cut out, and the embedding is the mean
    direction of windows of 1.6 s, which overlap by half.

    Raises
    ------
    ImportError
        If the package is missing.

    Example
    -------
    >>> encoder = GE2E()  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 256])
    """

    sample_rate = 16000
    dimension = 256

    def __init__(self):
        super().__init__()
        package = load_resemblyzer()
        self._preprocess = package.preprocess_wav
        self._mel = package.wav_to_mel_spectrogram
        self.encoder = package.VoiceEncoder("cpu", verbose=False)
        self.eval().requires_grad_(False)

    @torch.no_grad()
    def encode_batch(self, wavs, wav_lens=None):
        """Embeds a batch of recordings.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time] at 16 kHz.
        wav_lens : torch.Tensor, optional
            [batch], relative to the longest, in (0, 1].

        Returns
        -------
        embeddings : torch.Tensor
            [batch, 1, 256], of length 1.

        Raises
        ------
        AudioError
            If a row is too short, silent, not finite, or has no voice in it.
        """
        rows = recordings(wavs, wav_lens, round(MIN_SECONDS * self.sample_rate))
        windows = [
            self._windows(i, row.cpu().numpy()) for i, row in enumerate(rows)
        ]
        device = self.encoder.linear.weight.device
        embeddings = in_chunks(
            self.encoder, self.encoder, torch.cat(windows).to(device), CHUNK
        )
        means = [
            own.mean(dim=0) for own in embeddings.split(list(map(len, windows)))
        ]
        return F.normalize(torch.stack(means), dim=1).unsqueeze(1)

    def _windows(self, row, wav):
        """Mel spectrograms of a recording's windows: [windows, 160, 40]."""
        voiced = self._preprocess(wav)
        if len(voiced) == 0:
            raise AudioError(
                f"row {row} of the batch: webrtcvad hears no voice"
            )
        # As VoiceEncoder.embed_utterance does, one recording at a time
        samples, frames = self.encoder.compute_partial_slices(
            len(voiced), rate=1.3, min_coverage=0.75
        )
        missing = max(0, samples[-1].stop - len(voiced))
        mel = self._mel(np.pad(voiced, (0, missing)))
        return torch.from_numpy(np.stack([mel[window] for window in frames]))
