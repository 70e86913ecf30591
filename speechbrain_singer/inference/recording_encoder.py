"""Recordings of any length in, one vector for each out."""

import torch
from speechbrain.dataio.preprocess import AudioNormalizer

from speechbrain_singer.checks import check_number
from speechbrain_singer.inference.collecting import (
    collect_embeddings,
    stack_embeddings,
)
from speechbrain_singer.inference.loadable import Loadable
from speechbrain_singer.inference.pooling import (
    OVERLAP,
    Windowing,
    encode_recordings,
)
from speechbrain_singer.inference.reader import BlockReader
from speechbrain_singer.inference.scores import COSINE, check_score
from speechbrain_singer.inference.shortest import shortest_seconds
from speechbrain_singer.inference.twin import FoldedTwin
from speechbrain_singer.inference.waveforms import (
    batch_recordings,
    checked_file,
    file_rows,
)

# How much audio goes through the network at once. On a processor more than
# this takes longer: the activations leave its caches.
_CPU_SECONDS = 16
_GPU_SECONDS = 256


class RecordingEncoder(Loadable):
    """A vector for every recording, whatever its length.

    Audio is split into windows of the length that the encoder was trained on,
    one after the other. Silent ones are left out. The recording's embedding is
    the mean direction of the others', of length 1; or their mean as it is, if
    the encoder's score is the squared distance. It depends neither on the
    level nor on padding nor on what else is encoded with it.

    Arguments
    ---------
    modules : dict
        `encoder`, a `WaveformEncoder`.
    hparams : dict
        `window_seconds`; `score` if it is not the cosine; and perhaps
        `window_overlap`, the share of a window, from 0 to 0.9, that the next
        one has too.
    run_opts : dict, optional
        SpeechBrain's, for example `{"device": "cuda:0"}`. With `{"precision":
        "bf16"}` the network runs in bfloat16.
    freeze_params : bool
        Whether no gradients are computed. Batch normalisation is folded into
        the convolutions then, beside `mods`, which stay as they are. The
        modules are in evaluation mode either way.

    Attributes
    ----------
    sample_rate : int
        In Hz. Files are resampled to it, tensors have to come with it.
    dimension : int
        Of the embeddings.
    score : str
        By what embeddings are compared: cosine or squared_distance.

    Example
    -------
    >>> from speechbrain_singer.lobes.efficientnet import EfficientNet
    >>> from speechbrain_singer.lobes.features import LogMel
    >>> from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
    >>> untrained = WaveformEncoder(LogMel(), EfficientNet())
    >>> encoder = RecordingEncoder(
    ...     {"encoder": untrained}, {"window_seconds": 1.0}
    ... )
    >>> encoder.encode_batch(torch.randn(2, 44100)).shape
    torch.Size([2, 1, 1000])
    """

    HPARAMS_NEEDED = ["window_seconds"]  # noqa: RUF012, SpeechBrain's way
    HPARAMS_OPTIONAL = ("window_overlap",)
    MODULES_NEEDED = ["encoder"]  # noqa: RUF012

    def __init__(
        self, modules=None, hparams=None, run_opts=None, freeze_params=True
    ):
        for name in self.MODULES_NEEDED:
            if name not in (modules or {}):
                raise ValueError(f"the hyperparameters' modules lack {name!r}")
        if "head" in modules:
            raise ValueError(
                "the encoder is one for notes, of frames rather than of "
                "recordings: load it with SingingTranscriber"
            )
        super().__init__(modules, hparams, run_opts, freeze_params)
        encoder = modules["encoder"]
        self.sample_rate = encoder.sample_rate
        self.dimension = encoder.embedding_dim
        # Pretrained's default is 16 kHz
        self.audio_normalizer = AudioNormalizer(self.sample_rate)
        self._reader = BlockReader(self.sample_rate)
        self._twin = FoldedTwin()
        self.score = hparams.get("score", COSINE)
        check_score(self.score)
        self.window_overlap = hparams.get("window_overlap", OVERLAP)
        check_number("window_overlap", self.window_overlap, least=0, most=0.9)
        self._min_seconds = shortest_seconds(
            encoder, self.hparams.window_seconds
        )

    def forward(self, wavs, wav_lens=None):
        """As `encode_batch`."""
        return self.encode_batch(wavs, wav_lens)

    def encode_batch(self, wavs, wav_lens=None):
        """Embeds a batch of waveforms.

        Gradients flow through it, to the waveforms and to parameters that
        are not frozen.

        Arguments
        ---------
        wavs : torch.Tensor or np.ndarray or list
            [batch, time] or [time], floating point, at `sample_rate`; or a
            list of [time], of different lengths too.
        wav_lens : torch.Tensor, optional
            [batch], relative to the longest, in (0, 1]. All of it if left
            out.

        Returns
        -------
        embeddings : torch.Tensor
            [batch, 1, dim], float32, on the encoder's device.

        Raises
        ------
        AudioError
            If a row is too short, silent, or not finite.
        """
        recordings = batch_recordings(wavs, wav_lens)
        return self._embed(recordings).unsqueeze(1)

    def encode_waveform(self, waveform, sample_rate):
        """Embeds a waveform of any sampling rate.

        Arguments
        ---------
        waveform : torch.Tensor or np.ndarray
            [time] or [channels, time], floating point.
        sample_rate : int
            Of the waveform, in Hz, from 1 kHz to 1 MHz.

        Returns
        -------
        embedding : torch.Tensor
            [dim], float32.

        Raises
        ------
        AudioError
            If the waveform is too short, silent, or not finite.
        ValueError
            If it is [time, channels], or has no such sampling rate.
        """
        recordings = self._reader.from_waveform(waveform, sample_rate)
        return self._embed(recordings)[0]

    @torch.no_grad()
    def encode_file(self, path):
        """Embeds a file of any length, sampling rate and number of channels.

        Memory stays the same for any length.

        Arguments
        ---------
        path : str or Path or file object
            Of a format that libsndfile reads (wav, flac, ogg, mp3, ...).

        Returns
        -------
        embedding : torch.Tensor
            [dim], float32.

        Raises
        ------
        AudioError
            If the file cannot be read, is too short, silent, or holds
            samples that are not finite.
        """
        rows = [{"wav": checked_file(path)}]
        return self._embed(self._reader.from_rows(rows))[0]

    def encode_files(self, paths, progressbar=True):
        """Embeds files. One that cannot be encoded does not stop the others.

        The windows of several files go through the network together; memory
        stays the same for any number of files.

        Arguments
        ---------
        paths : iterable of (str or Path or file object)
        progressbar : bool

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
        rows = file_rows(paths)
        return self.encode_rows(rows, progressbar).to(self.device)

    def encode_rows(self, rows, progressbar=True):
        """As `encode_files`, of stretches of files: the rows of a manifest.

        Arguments
        ---------
        rows : list of dict
            Each with `wav`, a path, and perhaps `start` and `stop`: the first
            frame of the recording in the file, and the one after its last.
        progressbar : bool

        Returns
        -------
        embeddings : torch.Tensor
            [rows, dim], float32, on the CPU.
        """
        return collect_embeddings(
            self.encode_each(rows), len(rows), self.dimension, progressbar
        )

    @torch.no_grad()
    def encode_each(self, rows):
        """As `encode_rows`, but yields [dim] as it comes, or the AudioError."""
        yield from self._embeddings(self._reader.from_rows(rows))

    def load_audio(self, path):
        """Reads a file as the encoder takes it: mono, at `sample_rate`.

        Returns [time], on the encoder's device.
        """
        blocks = self._reader.from_file(checked_file(path))
        return torch.cat(list(blocks)).to(self.device)

    def _embed(self, recordings):
        return stack_embeddings(self._embeddings(recordings))

    def _embeddings(self, recordings):
        directions = self.score == COSINE
        return self._pooled(recordings, self._encode, directions)

    def _pooled(self, recordings, of_windows, directions):
        """Of each recording the mean of its windows' vectors, or an error."""
        windowing = Windowing(
            self.sample_rate,
            self.hparams.window_seconds,
            self._min_seconds,
            _CPU_SECONDS if self.device_type == "cpu" else _GPU_SECONDS,
            self.window_overlap,
        )
        return encode_recordings(recordings, of_windows, windowing, directions)

    def _encode(self, windows):
        # Also if somebody called `train` of each module by itself
        self.mods.eval()
        encoder = self._twin.of(self.mods.encoder)
        with self.inference_ctx:
            embeddings = encoder(windows.to(self.device))
        return embeddings.float()
