"""SingerEncoder: who is singing, and do two recordings share a singer?"""

import math
from typing import NamedTuple

from speechbrain_singer.checks import check_number
from speechbrain_singer.inference.classifier import RecordingClassifier
from speechbrain_singer.inference.scores import SCORES
from speechbrain_singer.inference.waveforms import as_rows


class Decision(NamedTuple):
    """Whether two recordings have the same singer.

    Arguments
    ---------
    score : float or torch.Tensor
        Cosine of the two embeddings, in [-1, 1]; or minus their squared
        Euclidean distance, where the encoder's `score` says so.
    same_singer : bool or torch.Tensor
        Whether the score lies above the threshold.
    """

    score: float
    same_singer: bool


class SingerEncoder(RecordingClassifier):
    """Who is singing: a vector for every recording, and perhaps a name.

    `from_hparams` is described at `Loadable`; `encode_file`, `encode_files`,
    `encode_batch` and `encode_waveform` at `RecordingEncoder`;
    `classify_file`, `classify_files` and `classify_batch` at
    `RecordingClassifier`.

    Attributes
    ----------
    sample_rate : int
        In Hz. Files are resampled to it, tensors have to come with it.
    dimension : int
        Of the embeddings.
    score : str
        By what recordings are compared: cosine, of embeddings of length 1; or
        squared_distance, minus that of embeddings as the network gives them.
    names : list of str or None
        Of the singers that a classifier tells apart.
    threshold : float or None
        Score above which two recordings count as the same singer's.
    calibration : dict or None
        What `calibration.yaml` beside the weights says of it.
    sha256 : str or None
        Of weights and settings; None of encoders that have no such digest.

    Example
    -------
    >>> from speechbrain_singer.inference.export import export_encoder
    >>> from speechbrain_singer.lobes.efficientnet import EfficientNet
    >>> from speechbrain_singer.lobes.features import LogMel
    >>> from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
    >>> folder = getfixture("tmp_path") / "encoder"
    >>> untrained = WaveformEncoder(LogMel(), EfficientNet())
    >>> _ = export_encoder(folder, untrained, window_seconds=1.0)
    >>> encoder = SingerEncoder.from_hparams(folder)
    >>> import torch
    >>> wavs = torch.randn(2, 44100)
    >>> encoder.verify_batch(wavs, wavs, threshold=0.9).same_singer
    tensor([[True],
            [True]])
    """

    def verify_batch(
        self, wavs1, wavs2, wav1_lens=None, wav2_lens=None, threshold=None
    ):
        """Whether two batches have the same singers, row by row.

        Arguments
        ---------
        wavs1, wavs2, wav1_lens, wav2_lens
            As `encode_batch` takes them.
        threshold : float, optional
            The encoder's own if left out.

        Returns
        -------
        decision : Decision
            score and same_singer, both [batch, 1].

        Raises
        ------
        AudioError
            If a row cannot be encoded.
        ValueError
            If there is no threshold, or one that no score can be at, or not
            as many rows in both.
        """
        threshold = self._threshold(threshold)
        rows1, rows2 = as_rows(wavs1, wav1_lens), as_rows(wavs2, wav2_lens)
        if len(rows1) != len(rows2):
            raise ValueError(
                f"batches of {len(rows1)} and {len(rows2)} rows: row by row, "
                "both need the same number"
            )
        score = SCORES[self.score].compare(
            self.encode_batch(rows1), self.encode_batch(rows2)
        )
        return Decision(score, score > threshold)

    def verify_files(self, path_x, path_y, threshold=None):
        """Whether two files have the same singer.

        Arguments
        ---------
        path_x, path_y : str or Path
        threshold : float, optional
            The encoder's own if left out.

        Returns
        -------
        decision : Decision
            score, a float, and same_singer, a bool.

        Raises
        ------
        AudioError
            If a file cannot be encoded.
        ValueError
            If there is no threshold, or one that no score can be at.
        """
        threshold = self._threshold(threshold)
        score = (
            SCORES[self.score]
            .compare(self.encode_file(path_x), self.encode_file(path_y))
            .item()
        )
        return Decision(score, bool(score > threshold))

    def _threshold(self, threshold):
        threshold = self.threshold if threshold is None else threshold
        if threshold is None:
            raise ValueError(
                "this encoder has no threshold: calibrate one on trials of "
                "your own with recipes/verification/evaluate.py, or give one "
                "as threshold=..."
            )
        check_number("threshold", threshold, least=-math.inf)
        SCORES[self.score].check(threshold)
        return threshold
