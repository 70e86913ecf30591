"""Which of the singers that it was trained on is singing in a recording."""

from typing import NamedTuple

import torch

from speechbrain_singer.inference.collecting import (
    collect_embeddings,
    stack_embeddings,
)
from speechbrain_singer.inference.recording_encoder import RecordingEncoder
from speechbrain_singer.inference.waveforms import (
    batch_recordings,
    checked_file,
    file_rows,
)


class Classification(NamedTuple):
    """Who is singing, as SpeechBrain's `EncoderClassifier` says it.

    Arguments
    ---------
    out_prob : torch.Tensor
        [batch, classes], the probability of each name.
    score : torch.Tensor
        [batch], the highest of them.
    index : torch.Tensor
        [batch], its place among the names; -1 where nothing could be told.
    text_lab : list of str
        [batch], its name; None where nothing could be told.
    """

    out_prob: torch.Tensor
    score: torch.Tensor
    index: torch.Tensor
    text_lab: list


class RecordingClassifier(RecordingEncoder):
    """A `RecordingEncoder` that may know names.

    The probabilities of a recording are the mean of those of its windows that
    are not silent.

    Arguments
    ---------
    modules : dict
        `encoder`, and perhaps `classifier`, a `ClassifierHead` on it.
    hparams, run_opts, freeze_params
        As `RecordingEncoder` takes them.

    Attributes
    ----------
    names : list of str or None
        Of the singers that are told apart; None without a classifier.

    Example
    -------
    >>> from speechbrain_singer.lobes.efficientnet import EfficientNet
    >>> from speechbrain_singer.lobes.features import LogMel
    >>> from speechbrain_singer.lobes.heads import ClassifierHead
    >>> from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
    >>> modules = {
    ...     "encoder": WaveformEncoder(LogMel(), EfficientNet()),
    ...     "classifier": ClassifierHead(1000, ["ann", "bob"]),
    ... }
    >>> classifier = RecordingClassifier(modules, {"window_seconds": 1.0})
    >>> guess = classifier.classify_batch(torch.randn(3, 44100))
    >>> guess.out_prob.shape, len(guess.text_lab)
    (torch.Size([3, 2]), 3)
    """

    def __init__(
        self, modules=None, hparams=None, run_opts=None, freeze_params=True
    ):
        super().__init__(modules, hparams, run_opts, freeze_params)
        head = modules.get("classifier")
        self.names = None if head is None else list(head.names)

    def classify_batch(self, wavs, wav_lens=None):
        """Who is singing in each waveform of a batch.

        Arguments
        ---------
        wavs, wav_lens
            As `encode_batch` takes them.

        Returns
        -------
        guess : Classification

        Raises
        ------
        AudioError
            If a row is too short, silent, or not finite.
        ValueError
            If the encoder has no classifier.
        """
        return self._classify(batch_recordings(wavs, wav_lens))

    @torch.no_grad()
    def classify_file(self, path):
        """Who is singing in a file, of any length.

        Arguments
        ---------
        path : str or Path or file object

        Returns
        -------
        guess : Classification
            Of a batch of one.

        Raises
        ------
        AudioError
            As `encode_file`.
        ValueError
            If the encoder has no classifier.
        """
        rows = [{"wav": checked_file(path)}]
        return self._classify(self._reader.from_rows(rows))

    def classify_files(self, paths, progressbar=True):
        """Who is singing in files. A bad one does not stop the others.

        Arguments
        ---------
        paths : iterable of (str or Path or file object)
        progressbar : bool

        Returns
        -------
        guess : Classification
            Of files that cannot be encoded the probabilities are NaN and the
            name is None, and a warning names each of them.

        Raises
        ------
        AudioError
            If none of the files can be encoded.
        ValueError
            If the encoder has no classifier.
        """
        rows = file_rows(paths)
        outcomes = self._probabilities(self._reader.from_rows(rows))
        found = collect_embeddings(
            outcomes, len(rows), len(self.names), progressbar
        )
        return self._guess(found.to(self.device))

    def _classify(self, recordings):
        return self._guess(stack_embeddings(self._probabilities(recordings)))

    def _probabilities(self, recordings):
        """Of each recording its probabilities or an AudioError, in order."""
        if self.names is None:
            raise ValueError(
                "this encoder has no classifier, and knows no names: load one "
                "that was exported with classifier=..., or compare recordings "
                "by verify_files"
            )
        return self._pooled(recordings, self._of_windows, directions=False)

    def _of_windows(self, windows):
        embeddings = self._encode(windows)
        with self.inference_ctx:
            logits = self.mods.classifier(embeddings)
        return logits.float().softmax(dim=-1)

    def _guess(self, probabilities):
        score, index = probabilities.max(dim=-1)
        index = index.masked_fill(score.isnan(), -1)
        names = [None if i < 0 else self.names[i] for i in index.tolist()]
        return Classification(probabilities, score, index, names)
