"""SingerEncoder: who is singing, and do two recordings share a singer?"""

from typing import NamedTuple

import torch
import torch.nn.functional as F

from speechbrain_singer.inference.recording_encoder import RecordingEncoder
from speechbrain_singer.inference.source import check_source, hub_errors
from speechbrain_singer.inference.stored_calibration import fetch_calibration


class Decision(NamedTuple):
    """Whether two recordings have the same singer.

    Arguments
    ---------
    score : float or torch.Tensor
        Cosine of the two embeddings, in [-1, 1].
    same_singer : bool or torch.Tensor
        Whether the score lies above the threshold.
    """

    score: float
    same_singer: bool


class SingerEncoder(RecordingEncoder):
    """Who is singing: a vector of length 1 for every recording.

    `from_hparams` loads one; `encode_file`, `encode_files`, `encode_batch` and
    `encode_waveform` are described at `RecordingEncoder`.

    Attributes
    ----------
    sample_rate : int
        In Hz. Files are resampled to it, tensors have to come with it.
    dimension : int
        Of the embeddings.
    threshold : float or None
        Cosine above which two recordings count as the same singer's.
    calibration : dict or None
        What `calibration.yaml` beside the weights says of it.

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
    >>> wavs = torch.randn(2, 44100)
    >>> encoder.verify_batch(wavs, wavs, threshold=0.9).same_singer
    tensor([[True],
            [True]])
    """

    threshold = None
    calibration = None

    @classmethod
    def from_hparams(
        cls, source, hparams_file="hyperparams.yaml", run_opts=None, **kwargs
    ):
        """Loads an encoder, and its threshold if there is one.

        Arguments
        ---------
        source : str or Path
            A folder, or a repository on the Hugging Face hub.
        hparams_file : str
            Name of the hyperparameters file in it.
        run_opts : dict, optional
            SpeechBrain's, for example `{"device": "cuda:0"}` or
            `{"precision": "bf16"}`.
        **kwargs : dict
            `savedir`, `fetch_config` and others of SpeechBrain's
            `pretrained_from_hparams`.

        Returns
        -------
        encoder : SingerEncoder

        Raises
        ------
        FileNotFoundError
            If there is no such folder, or no encoder in it.
        OSError
            If a hub repository cannot be fetched.
        ValueError
            If a file of the encoder cannot be used.
        """
        where = kwargs.get("savedir"), kwargs.get("fetch_config")
        source = check_source(source, hparams_file, *where)
        with hub_errors(source):
            calibration = fetch_calibration(source, *where)
            encoder = super().from_hparams(
                source, hparams_file, run_opts=run_opts, **kwargs
            )
        if calibration is not None:
            encoder.calibration = calibration
            encoder.threshold = calibration["threshold"]
        return encoder

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
        """
        threshold = self._threshold(threshold)
        score = F.cosine_similarity(
            self.encode_batch(wavs1, wav1_lens),
            self.encode_batch(wavs2, wav2_lens),
            dim=-1,
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
            If there is no threshold.
        """
        threshold = self._threshold(threshold)
        score = torch.dot(
            self.encode_file(path_x), self.encode_file(path_y)
        ).item()
        return Decision(score, score > threshold)

    def _threshold(self, threshold):
        threshold = self.threshold if threshold is None else threshold
        if threshold is None:
            raise ValueError(
                "this encoder has no threshold: calibrate one on trials of "
                "your own with recipes/verification/evaluate.py, or give one "
                "as threshold=..."
            )
        return threshold
