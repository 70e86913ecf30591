"""An encoder of voices, trained to find the other clip of each voice."""

import speechbrain as sb
import torch

from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.checks import check_whole
from speechbrain_singer.distributed import on_main
from speechbrain_singer.evaluation.verification import standardised_error
from speechbrain_singer.metrics.detection import operating_points
from speechbrain_singer.scoring.cosine import cosine_scores
from speechbrain_singer.supervised.brain import EncoderBrain
from speechbrain_singer.trials import all_pairs


class PretrainingBrain(EncoderBrain):
    """Trains `modules.encoder` on two clips of each voice of a batch.

    A batch of `VoiceClips` has `decibels` [voices, 2, bands, frames],
    `channels` and `seeds` [voices, 2], and `voice` [voices]. `channel` draws
    a channel for each clip; all go through the encoder at once.
    A validation batch of `WholeVoices` has `decibels` [voices, recordings,
    bands, frames] and `voice`.

    The last checkpoint is handed over: no figure chooses one.

    Arguments
    ---------
    *args, **kwargs
        As `TrainingBrain` has them, `modules` with features, encoder and
        objective.
    channel : SpectralChannel
    valid_rows : list of dict
        `singer`, `song` and `sex` of the validation recordings, in the order
        of the batches.
    real : RealVoices, optional
        Real recordings, on which nothing but figures depends.
    """

    best = None

    def __init__(self, *args, channel, valid_rows, real=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.channel = channel
        self.valid_rows = list(valid_rows)
        self.real = real

    def compute_forward(self, batch, stage):
        """Embeddings of all clips: [voices, clips, dim]."""
        decibels = self._moved(batch["decibels"]).float()
        clips = decibels.flatten(0, 1)
        if stage == sb.Stage.TRAIN:
            seeds = (batch["channels"], batch["seeds"])
            clips = self.channel(clips, *(Streams(s.flatten()) for s in seeds))
        features = self.module("features").scale(clips)
        embeddings = self.network("encoder")(features)
        return embeddings.unflatten(0, decibels.shape[:2])

    def compute_objectives(self, embeddings, batch, stage):
        """The objective, of the first two clips of each voice."""
        if stage != sb.Stage.TRAIN:
            self.kept.append(embeddings.float().cpu())
        first, second = embeddings[:, 0], embeddings[:, 1]
        voices = self._moved(batch["voice"])
        return self.modules.objective(first, second, voices)

    def valid_figures(self):
        """EER of the validation voices; now and then of real ones too."""
        embeddings = torch.cat(self.kept).flatten(0, 1)
        figures = voice_figures(embeddings, self.valid_rows[: len(embeddings)])
        if self.real is not None and self.real.is_due(self.epoch):
            figures |= on_main(self.real_figures)
        return figures

    def real_figures(self):
        """Figures of the real recordings, by the encoder as it is now.

        To be called on the main process.
        """
        parts = self.module("features"), self.module("encoder")
        return self.real(*parts, self.device)


def check_can_absorb(encoder):
    """Refuses a network whose embeddings cannot be whitened at the end.

    Arguments
    ---------
    encoder : torch.nn.Module

    Raises
    ------
    TypeError
        If it has no method `absorb`, as `VoiceResNet` has it.

    Example
    -------
    >>> check_can_absorb(torch.nn.Linear(2, 2))
    Traceback (most recent call last):
    TypeError: encoder: a Linear has no method `absorb`, as VoiceResNet has it
    """
    if not hasattr(encoder, "absorb"):
        raise TypeError(
            f"encoder: a {type(encoder).__name__} has no method `absorb`, as "
            "VoiceResNet has it"
        )


def check_batches(step, valid_persons, valid_batch_size):
    """Refuses batches of one person, whom there is nobody to compare with.

    Arguments
    ---------
    step : int
        Persons of a training step, on all processes together.
    valid_persons, valid_batch_size : int

    Raises
    ------
    ValueError
        If a training step or a batch of the validation has one person.

    Example
    -------
    >>> check_batches(40, valid_persons=200, valid_batch_size=20)
    """
    check_whole("persons of a step", step, least=2)
    check_whole("valid_batch_size", valid_batch_size, least=2)
    if valid_persons % valid_batch_size == 1:
        raise ValueError(
            f"valid_batch_size: {valid_batch_size}: of {valid_persons} "
            "valid_persons one is left over for the last batch, with nobody "
            "to be compared with; give another valid_batch_size"
        )


def voice_figures(embeddings, rows):
    """Equal error rates in percent of recordings compared by cosine.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    rows : list of dict
        With `singer`, `song` and, where it is known, `sex`. Trials are across
        songs.

    Returns
    -------
    figures : dict
        `EER` of all pairs, `EER_same_sex` of those of one sex and
        `EER_standardised` of all with each dimension standardised; what has
        no trials of both kinds is left out.

    Example
    -------
    >>> rows = [{"singer": s, "song": str(i), "sex": "female"}
    ...     for i, s in enumerate("aabb")]
    >>> embeddings = torch.tensor([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1]])
    >>> voice_figures(embeddings, rows)
    {'EER': 0.0, 'EER_standardised': 0.0, 'EER_same_sex': 0.0}
    """
    figures = {}
    trials = all_pairs(rows)
    if trials.both_kinds:
        figures["EER"] = _error(embeddings, trials)
        figures["EER_standardised"] = standardised_error(embeddings, trials)
    if rows and "sex" in rows[0]:
        trials = all_pairs(rows, same=("sex",))
        if trials.both_kinds:
            figures["EER_same_sex"] = _error(embeddings, trials)
    return figures


def _error(embeddings, trials):
    scores = cosine_scores(embeddings, trials)
    return 100 * operating_points(scores, trials.labels).equal_error()[0]
