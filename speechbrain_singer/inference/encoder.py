"""SingerEncoder: audio in, one vector per recording out."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from speechbrain.dataio.preprocess import AudioNormalizer
from speechbrain.inference.interfaces import Pretrained
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.audio import AudioError, open_audio
from speechbrain_singer.inference.blocks import read_blocks, resample_blocks
from speechbrain_singer.inference.collecting import collect_embeddings
from speechbrain_singer.inference.pooling import encode_recordings
from speechbrain_singer.inference.source import check_source, hub_errors
from speechbrain_singer.inference.stored_calibration import fetch_calibration
from speechbrain_singer.inference.waveforms import as_batch, as_mono
from speechbrain_singer.lobes.waveform_encoder import lengths_in_samples

logger = get_logger(__name__)

# What is shorter says nothing about a voice
_MIN_SECONDS = 0.1

# How much audio goes through the network at once. On a processor more than
# this takes longer: the activations leave its caches.
_CPU_SECONDS = 16
_GPU_SECONDS = 256


class Verification(NamedTuple):
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


class SingerEncoder(Pretrained):
    """Who is singing: a vector of length 1 for every recording.

    Audio is cut into windows of the length that the encoder was trained on,
    half overlapping. Silent ones are left out, and the recording's embedding
    is the mean direction of the others'. It depends neither on the level nor
    on padding nor on what else is encoded with it.

    The arguments are `Pretrained`'s; `from_hparams` is the way to build one.
    With `run_opts={"precision": "bf16"}` the network runs in bfloat16.

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
    >>> encoder.encode_batch(torch.randn(2, 44100)).shape
    torch.Size([2, 1, 1000])
    """

    HPARAMS_NEEDED = ["window_seconds"]  # noqa: RUF012, SpeechBrain's way
    MODULES_NEEDED = ["encoder"]  # noqa: RUF012

    def __init__(
        self, modules=None, hparams=None, run_opts=None, freeze_params=True
    ):
        for name in self.MODULES_NEEDED:
            if name not in (modules or {}):
                raise ValueError(f"the hyperparameters' modules lack {name!r}")
        super().__init__(modules, hparams, _plain(run_opts), freeze_params)
        # Parameters may be trained further, but inference needs the
        # statistics of batch norm as they are
        self.mods.eval()
        encoder = modules["encoder"]
        self.sample_rate = encoder.sample_rate
        self.dimension = encoder.embedding_dim
        self.calibration = None
        self.threshold = None
        # Pretrained's default is 16 kHz
        self.audio_normalizer = AudioNormalizer(self.sample_rate)
        self._min_seconds = max(
            _MIN_SECONDS, encoder.features.min_samples / self.sample_rate
        )
        if self.hparams.window_seconds < self._min_seconds:
            raise ValueError(
                f"window_seconds is {self.hparams.window_seconds}, but the "
                f"encoder needs at least {self._min_seconds:.3f} s"
            )
        self._warned_of_missing_band = False

    @classmethod
    def from_hparams(
        cls, source, hparams_file="hyperparams.yaml", run_opts=None, **kwargs
    ):
        """Loads an encoder.

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
            If the hyperparameters, the checkpoint or `calibration.yaml` cannot
            be used.
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

    def forward(self, wavs, wav_lens=None):
        """As `encode_batch`."""
        return self.encode_batch(wavs, wav_lens)

    def encode_batch(self, wavs, wav_lens=None):
        """Embeds a batch of waveforms.

        Gradients flow through it, to the waveforms and to parameters that
        are not frozen.

        Arguments
        ---------
        wavs : torch.Tensor or np.ndarray
            [batch, time] or [time], floating point, at `sample_rate`.
        wav_lens : torch.Tensor, optional
            [batch], relative to the longest, in (0, 1]. All of it if left
            out.

        Returns
        -------
        embeddings : torch.Tensor
            [batch, 1, dim], float32, of length 1, on the encoder's device.

        Raises
        ------
        AudioError
            If a row is too short, silent, or not finite.
        """
        wavs = as_batch(wavs)
        lengths = lengths_in_samples(wavs, wav_lens)
        rows = (
            (f"row {row} of the batch", [wav[:length]])
            for row, (wav, length) in enumerate(zip(wavs, lengths, strict=True))
        )
        return self._embed(rows).unsqueeze(1)

    def encode_waveform(self, waveform, sample_rate):
        """Embeds a waveform of any sampling rate.

        Arguments
        ---------
        waveform : torch.Tensor or np.ndarray
            [time] or [channels, time], floating point.
        sample_rate : int
            Of the waveform, in Hz.

        Returns
        -------
        embedding : torch.Tensor
            [dim], float32, of length 1.

        Raises
        ------
        AudioError
            If the waveform is too short, silent, or not finite.
        ValueError
            If it is [time, channels].
        """
        mono = as_mono(waveform).cpu()
        self._warn_of_missing_band("the waveform", sample_rate)
        blocks = resample_blocks([mono], sample_rate, self.sample_rate)
        return self._embed([("the waveform", blocks)])[0]

    @torch.no_grad()
    def encode_file(self, path):
        """Embeds a file of any length, sampling rate and number of channels.

        The file is read piece by piece: memory stays the same for any length.

        Arguments
        ---------
        path : str or Path
            Of a format that libsndfile reads (wav, flac, ogg, mp3, ...).

        Returns
        -------
        embedding : torch.Tensor
            [dim], float32, of length 1.

        Raises
        ------
        AudioError
            If the file cannot be read, is too short, silent, or holds
            samples that are not finite.
        """
        return self._embed([(str(path), self._file_blocks(path))])[0]

    def encode_files(self, paths, progressbar=True):
        """Embeds files. One that cannot be encoded does not stop the others.

        The windows of several files go through the network together; memory
        stays the same for any number of files.

        Arguments
        ---------
        paths : list of (str or Path)
        progressbar : bool
            Whether to show one.

        Returns
        -------
        embeddings : torch.Tensor
            [files, dim], float32. The rows of files that cannot be encoded
            are NaN, and a warning names each of them.

        Raises
        ------
        AudioError
            If none of the files can be encoded.
        """
        if isinstance(paths, str):
            raise TypeError(
                f"encode_files takes a list of paths, not {paths!r}: use "
                "encode_file for one"
            )
        rows = [{"wav": path} for path in paths]
        return self.encode_rows(rows, progressbar).to(self.device)

    def encode_rows(self, rows, progressbar=True):
        """As `encode_files`, of stretches of files: the rows of a manifest.

        Arguments
        ---------
        rows : list of dict
            Each with `wav`, a path, and perhaps `start` and `stop`: the first
            frame of the recording in the file, and the one after its last.
        progressbar : bool
            Whether to show one.

        Returns
        -------
        embeddings : torch.Tensor
            [rows, dim], float32, on the CPU.

        Raises
        ------
        AudioError
            If none of the rows can be encoded.
        """
        recordings = (
            (
                str(row["wav"]),
                self._file_blocks(
                    row["wav"], row.get("start"), row.get("stop")
                ),
            )
            for row in rows
        )
        return collect_embeddings(
            self._outcomes(recordings), len(rows), self.dimension, progressbar
        )

    def verify_batch(
        self, wavs1, wavs2, wav1_lens=None, wav2_lens=None, threshold=None
    ):
        """Whether two batches have the same singers, row by row.

        Arguments
        ---------
        wavs1 : torch.Tensor or np.ndarray
            [batch, time], at `sample_rate`.
        wavs2 : torch.Tensor or np.ndarray
            [batch, time], at `sample_rate`.
        wav1_lens : torch.Tensor, optional
            [batch], relative lengths.
        wav2_lens : torch.Tensor, optional
            [batch], relative lengths.
        threshold : float, optional
            The encoder's own if left out.

        Returns
        -------
        verification : Verification
            score and same_singer, both [batch, 1].
        """
        threshold = self._threshold(threshold)
        score = F.cosine_similarity(
            self.encode_batch(wavs1, wav1_lens),
            self.encode_batch(wavs2, wav2_lens),
            dim=-1,
        )
        return Verification(score, score > threshold)

    def verify_files(self, path_x, path_y, threshold=None):
        """Whether two files have the same singer.

        Arguments
        ---------
        path_x : str or Path
        path_y : str or Path
        threshold : float, optional
            The encoder's own if left out.

        Returns
        -------
        verification : Verification
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
        return Verification(score, score > threshold)

    def load_audio(self, path):
        """Reads a file as the encoder takes it: mono, at `sample_rate`.

        Arguments
        ---------
        path : str or Path

        Returns
        -------
        waveform : torch.Tensor
            [time], on the encoder's device.
        """
        return torch.cat(list(self._file_blocks(path))).to(self.device)

    def _file_blocks(self, path, start=None, stop=None):
        with open_audio(path) as file:
            self._warn_of_missing_band(path, file.samplerate)
            yield from resample_blocks(
                read_blocks(file, start or 0, stop),
                file.samplerate,
                self.sample_rate,
            )

    def _embed(self, recordings):
        embeddings = []
        for outcome in self._outcomes(recordings):
            if isinstance(outcome, AudioError):
                raise outcome
            embeddings.append(outcome)
        return torch.stack(embeddings)

    def _outcomes(self, recordings):
        on_cpu = self.device_type == "cpu"
        return encode_recordings(
            recordings,
            self._encode,
            self.sample_rate,
            self.hparams.window_seconds,
            self._min_seconds,
            _CPU_SECONDS if on_cpu else _GPU_SECONDS,
        )

    def _encode(self, windows):
        with self.inference_ctx:
            embeddings = self.mods.encoder(windows.to(self.device))
        return embeddings.float()

    def _threshold(self, threshold):
        threshold = self.threshold if threshold is None else threshold
        if threshold is None:
            raise ValueError(
                "this encoder has no threshold: calibrate one on trials of "
                "your own with recipes/verification/evaluate.py, or give one "
                "as threshold=..."
            )
        return threshold

    def _warn_of_missing_band(self, name, sample_rate):
        if sample_rate >= self.sample_rate or self._warned_of_missing_band:
            return
        self._warned_of_missing_band = True
        logger.warning(
            "%s: recorded at %d Hz, so that the band from %d to %d Hz, which "
            "the encoder listens to, is missing; expect worse embeddings "
            "(other files may be so too: this is said once)",
            name,
            sample_rate,
            sample_rate // 2,
            self.sample_rate // 2,
        )


def _plain(run_opts):
    """SpeechBrain knows devices by name only."""
    if isinstance(run_opts, dict) and "device" in run_opts:
        return {**run_opts, "device": str(run_opts["device"])}
    return run_opts
