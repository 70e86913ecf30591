"""SingerEncoder: who is singing, and do two recordings share a singer?"""

from typing import NamedTuple

import torch
import torch.nn.functional as F

from speechbrain_singer.inference.loading import EncoderFiles
from speechbrain_singer.inference.recording_encoder import RecordingEncoder
from speechbrain_singer.inference.source import HPARAMS_FILE, encoder_folder


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
    >>> wavs = torch.randn(2, 44100)
    >>> encoder.verify_batch(wavs, wavs, threshold=0.9).same_singer
    tensor([[True],
            [True]])
    """

    threshold = None
    calibration = None
    sha256 = None

    @classmethod
    def from_hparams(
        cls,
        source,
        hparams_file=HPARAMS_FILE,
        run_opts=None,
        overrides=None,
        savedir=None,
        fetch_config=None,
        trust_remote_code=False,
        freeze_params=True,
    ):
        """Loads an encoder, and its threshold if there is one.

        Nothing that the source names is run: it is built of known parts, and
        its weights are numbers with a digest. An encoder with parts of its
        own needs `trust_remote_code` (see docs/trust.md).

        Arguments
        ---------
        source : str or Path
            A folder, or a repository on the Hugging Face hub, `owner/name`. A
            `Path` is a folder's.
        hparams_file : str
            Name of the hyperparameters file in it.
        run_opts : dict, optional
            SpeechBrain's, for example `{"device": "cuda:0"}` or
            `{"precision": "bf16"}`.
        overrides : dict, optional
            Other values for plain keys of the hyperparameters file.
        savedir : str or Path, optional
            Where a repository is copied to, and found the next time. A folder
            is loaded from where it lies.
        fetch_config : FetchConfig, optional
            SpeechBrain's, with the `revision` of a repository.
        trust_remote_code : bool
            Whether to let HyperPyYAML build, and so run, whatever the
            hyperparameters file names.
        freeze_params : bool
            Whether no gradients are computed for the parameters.

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
            If a file of the encoder is damaged, does not belong to the others,
            or names code to run; or if `savedir` has another source.
        """
        everything = ["*"] if trust_remote_code else None
        folder = encoder_folder(source, savedir, fetch_config, everything)
        path = folder / hparams_file
        if not path.is_file():
            raise FileNotFoundError(
                f"{folder}: no {hparams_file} in this folder; give the folder "
                "that training wrote as <output_folder>/encoder"
            )
        files = EncoderFiles.read(path)
        hparams = files.build(overrides, fetch_config, trust_remote_code)
        needed = {name: hparams[name] for name in cls.HPARAMS_NEEDED}
        try:
            encoder = cls(hparams["modules"], needed, run_opts, freeze_params)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        encoder.sha256 = files.description.sha256
        if files.calibration is not None:
            encoder.calibration = files.calibration
            encoder.threshold = files.calibration["threshold"]
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
