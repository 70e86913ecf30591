"""A network that says of each frame what is sung: singing to notes."""

import speechbrain as sb
import torch

from speechbrain_singer.dataio.note_frames import NO_CLASS, NO_OCTAVE, SIZES
from speechbrain_singer.supervised.brain import EncoderBrain

_ONSET = 0.4  # from this probability on, as where notes are decoded


class NotesBrain(EncoderBrain):
    """Minimises `modules.objective`, a `NoteLoss`, of `modules.head`.

    A batch is one that `EncoderBrain` takes, with `label` [chunks, frames, 4],
    as `chunk_labels` gives them. The best checkpoint is the one with the
    lowest validation loss.

    Arguments
    ---------
    *args, **kwargs
        As `TrainingBrain` has them, `modules` with features, encoder, head and
        objective.
    """

    def compute_forward(self, batch, stage):
        """Logits of a batch: [chunks, frames, 20], float32."""
        return self.network("head")(self.encode(batch)).float()

    def compute_objectives(self, logits, batch, stage):
        """The loss: a scalar."""
        labels = batch["label"].to(self.device, non_blocking=True).long()
        if stage != sb.Stage.TRAIN:
            self.kept.append(frame_counts(logits.detach(), labels))
        return self.network("objective")(logits, labels)

    def valid_figures(self):
        """What is right of the frames, in percent."""
        return frame_figures(sum(self.kept).tolist())


def frame_counts(logits, labels):
    """Counts frames, all of a batch together.

    Arguments
    ---------
    logits : torch.Tensor
        [..., frames, 20]
    labels : torch.Tensor
        [..., frames, 4]

    Returns
    -------
    counts : torch.Tensor
        [7]: onsets that are found, that are said, that are there; frames whose
        silence is right, all frames; sung frames whose pitch is right, all
        sung frames, where their pitch has an octave.
    """
    onset, silence, octave, pitch_class = logits.flatten(0, -2).split(SIZES, -1)
    onsets, silences, octaves, classes = labels.flatten(0, -2).unbind(-1)
    said = onset[:, 0].sigmoid() >= _ONSET
    there = onsets == 1
    sung = (silences == 0) & (octaves != NO_OCTAVE) & (classes != NO_CLASS)
    is_pitch = octave.argmax(-1) == octaves
    is_pitch &= pitch_class.argmax(-1) == classes
    is_silence = (silence[:, 0] >= 0) == (silences == 1)
    every = torch.ones_like(sung)
    counted = (said & there, said, there, is_silence, every, sung & is_pitch)
    return torch.stack([each.sum() for each in (*counted, sung)])


def frame_figures(counts):
    """Figures in percent, of the counts of `frame_counts`, a list.

    Example
    -------
    >>> frame_figures([1, 2, 2, 9, 10, 3, 4])
    {'onset_f1': 50.0, 'silence_accuracy': 90.0, 'pitch_accuracy': 75.0}
    """
    found, said, there, silence, frames, pitch, sung = counts
    return {
        "onset_f1": 200 * found / max(1, said + there),
        "silence_accuracy": 100 * silence / max(1, frames),
        "pitch_accuracy": 100 * pitch / max(1, sung),
    }
