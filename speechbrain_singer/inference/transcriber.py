"""SingingTranscriber: which notes are sung in a recording?"""

import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.chunks import LEAST_RMS
from speechbrain_singer.dataio.note_frames import frame_times, frames_to_notes
from speechbrain_singer.inference.collecting import (
    notes_or_none,
    without_errors,
)
from speechbrain_singer.inference.frame_joining import join_frames
from speechbrain_singer.inference.frame_windows import FrameWindows
from speechbrain_singer.inference.loadable import Loadable
from speechbrain_singer.inference.reader import BlockReader
from speechbrain_singer.inference.twin import FoldedTwin
from speechbrain_singer.inference.waveforms import (
    batch_recordings,
    checked_file,
    file_rows,
)
from speechbrain_singer.objectives.notes import (
    note_probabilities,
    silent_logits,
)

# How much audio goes through the network at once
_CPU_SECONDS = 16
_GPU_SECONDS = 256


class SingingTranscriber(Loadable):
    """The notes of every recording, whatever its length.

    Audio is split into windows of the length that the network was trained on.
    They overlap, and of each the frames in its middle are kept: notes are found
    in the frames of the whole recording, and do not end where windows are
    joined. A window without a sound is silence. Notes depend neither on padding
    nor on what else is transcribed. `from_hparams` is described at `Loadable`.

    Notes are an array [notes, 3], by onset: onset and offset in seconds, MIDI
    pitch. `dataio.notes.write_notes` and `write_midi` write them.

    Arguments
    ---------
    modules : dict
        `encoder`, a `WaveformEncoder` that gives frames, of a front end that
        says when they are (`frame_rate`, `first_frame`), and `head`, a
        `NotesHead`.
    hparams : dict
        `window_seconds`.
    run_opts : dict, optional
        SpeechBrain's, for example `{"device": "cuda:0"}`.
    freeze_params : bool
        Whether no gradients are computed.

    Attributes
    ----------
    sample_rate : int
        In Hz. Files are resampled to it, tensors have to come with it.
    onset_threshold, silence_threshold : float
        As `frames_to_notes` takes them; 0.4 and 0.5 as published.

    Example
    -------
    >>> from speechbrain_singer.lobes.note_networks import note_network
    >>> from speechbrain_singer.lobes.notes_head import NotesHead
    >>> from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
    >>> encoder = WaveformEncoder(*note_network("cnn"))
    >>> modules = {"encoder": encoder, "head": NotesHead(128)}
    >>> transcriber = SingingTranscriber(modules, {"window_seconds": 5.0})
    >>> notes, = transcriber.transcribe_batch(torch.zeros(1, 40000))
    >>> notes.shape
    (0, 3)
    """

    HPARAMS_NEEDED = ["window_seconds"]  # noqa: RUF012, SpeechBrain's way
    MODULES_NEEDED = ["encoder", "head"]  # noqa: RUF012

    onset_threshold = 0.4
    silence_threshold = 0.5

    def __init__(
        self, modules=None, hparams=None, run_opts=None, freeze_params=True
    ):
        for name in self.MODULES_NEEDED:
            if name not in (modules or {}):
                raise ValueError(f"the hyperparameters' modules lack {name!r}")
        features = modules["encoder"].features
        for name in ("frame_rate", "first_frame"):
            if not hasattr(features, name):
                raise ValueError(
                    f"{type(features).__name__} does not say when its frames "
                    f"are: {name} is missing"
                )
        super().__init__(modules, hparams, run_opts, freeze_params)
        self.sample_rate = features.sample_rate
        self.frame_rate = features.frame_rate
        self.first_frame = features.first_frame
        self._min_samples = features.min_samples
        self._reader = BlockReader(self.sample_rate)
        self._twin = FoldedTwin()
        self._windows = FrameWindows.of(features, self.hparams.window_seconds)

    def forward(self, wavs, wav_lens=None):
        """As `transcribe_batch`."""
        return self.transcribe_batch(wavs, wav_lens)

    def transcribe_batch(self, wavs, wav_lens=None):
        """The notes of each waveform of a batch.

        Arguments
        ---------
        wavs : torch.Tensor or np.ndarray or list
            [batch, time] or [time], floating point, at `sample_rate`; or a
            list of [time], of different lengths too.
        wav_lens : torch.Tensor, optional
            [batch], relative to the longest, in (0, 1]. All of it if left out.

        Returns
        -------
        notes : list of np.ndarray
            [notes, 3] each.

        Raises
        ------
        AudioError
            If a row is too short, or not finite.
        """
        return without_errors(self._notes(batch_recordings(wavs, wav_lens)))

    def transcribe_waveform(self, waveform, sample_rate):
        """The notes of a waveform of any sampling rate.

        Arguments
        ---------
        waveform : torch.Tensor or np.ndarray
            [time] or [channels, time], floating point.
        sample_rate : int
            Of the waveform, in Hz, from 1 kHz to 1 MHz.

        Returns
        -------
        notes : np.ndarray
            [notes, 3]

        Raises
        ------
        AudioError
            If it is too short, or not finite.
        ValueError
            If it is [time, channels], or has no such sampling rate.
        """
        recordings = self._reader.from_waveform(waveform, sample_rate)
        return without_errors(self._notes(recordings))[0]

    def transcribe_file(self, path):
        """The notes of a file of any length, rate and number of channels.

        Memory grows with the length by 20 numbers a frame only.

        Arguments
        ---------
        path : str or Path or file object
            Of a format that libsndfile reads (wav, flac, ogg, mp3, ...).

        Returns
        -------
        notes : np.ndarray
            [notes, 3]

        Raises
        ------
        AudioError
            If the file cannot be read, is too short, or holds samples that are
            not finite.
        """
        rows = [{"wav": checked_file(path)}]
        return without_errors(self.transcribe_rows(rows))[0]

    def transcribe_files(self, paths, progressbar=True):
        """The notes of files. A bad one does not stop the others.

        Arguments
        ---------
        paths : iterable of (str or Path or file object)
        progressbar : bool

        Returns
        -------
        notes : list of (np.ndarray or None)
            [notes, 3] each; None of files that cannot be transcribed, and a
            warning names each of them.

        Raises
        ------
        AudioError
            If none of the files can be transcribed.
        """
        rows = file_rows(paths)
        outcomes = self.transcribe_rows(rows)
        return list(notes_or_none(outcomes, len(rows), progressbar))

    def transcribe_rows(self, rows):
        """The notes of stretches of files: of the rows of a manifest.

        Arguments
        ---------
        rows : list of dict
            Each with `wav`, a path, and perhaps `start` and `stop`: the first
            frame of the recording in the file, and the one after its last.

        Yields
        ------
        notes : np.ndarray or AudioError
            Of each row [notes, 3], in order; or why there are none.
        """
        return self._notes(self._reader.from_rows(rows))

    @torch.no_grad()
    def _notes(self, recordings):
        """Of each recording [notes, 3] or an AudioError, in order."""
        seconds = _CPU_SECONDS if self.device_type == "cpu" else _GPU_SECONDS
        outcomes = join_frames(
            *(recordings, self._logits, self._windows, self._min_samples),
            seconds * self.sample_rate,
        )
        for logits in outcomes:
            if isinstance(logits, AudioError):
                yield logits
                continue
            times = frame_times(len(logits), self.frame_rate, self.first_frame)
            yield frames_to_notes(
                *(note_probabilities(logits).numpy(), times),
                *(self.onset_threshold, self.silence_threshold),
            )

    def _logits(self, windows):
        """[batch, time] to [batch, frames, 20]."""
        # Also if somebody called `train` of each module by itself
        self.mods.eval()
        # Nothing as quiet was trained on, and levels may be relative
        silent = windows.abs().amax(dim=1) <= LEAST_RMS
        encoder = self._twin.of(self.mods.encoder)
        with self.inference_ctx:
            frames = encoder(windows.to(self.device))
            logits = self.mods.head(frames).float()
        silent = silent.to(self.device, non_blocking=True)[:, None, None]
        return logits.where(~silent, silent_logits().to(self.device))
