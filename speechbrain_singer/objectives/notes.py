"""Notes of frames: onset, silence, octave and pitch class."""

import torch
import torch.nn.functional as F
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.checks import check_number
from speechbrain_singer.dataio.note_frames import NO_CLASS, NO_OCTAVE, SIZES


def note_losses(logits, labels, onset_weight=15.0):
    """The mean loss over frames of each of the four.

    Binary cross-entropy of onset and silence, cross-entropy of octave and
    pitch class, as the code published with the data has them (Wang and Jang,
    ICASSP 2021).

    Arguments
    ---------
    logits : torch.Tensor
        [batch, frames, 20]: of onset, silence, 5 octaves, 13 pitch classes.
    labels : torch.Tensor
        [batch, frames, 4], integers: those of `dataio.note_frames`.
    onset_weight : float
        What a frame with an onset counts in the loss of onsets; one without
        counts 1.

    Returns
    -------
    losses : dict of str to torch.Tensor
        Scalars: onset, silence, octave, pitch_class.

    Example
    -------
    >>> labels = torch.tensor([[[1, 0, 2, 0], [0, 1, 4, 12]]])
    >>> losses = note_losses(torch.zeros(1, 2, 20), labels)
    >>> losses["onset"]  # 16 ln 2 / 2
    tensor(5.5452)
    >>> losses["octave"]  # ln 5
    tensor(1.6094)
    """
    onset, silence, octave, pitch_class = logits.flatten(0, -2).split(SIZES, -1)
    targets = labels.flatten(0, -2)
    binary = targets.to(logits.dtype)
    weight = torch.as_tensor(onset_weight, dtype=logits.dtype)
    return {
        "onset": F.binary_cross_entropy_with_logits(
            onset[:, 0], binary[:, 0], pos_weight=weight
        ),
        "silence": F.binary_cross_entropy_with_logits(
            silence[:, 0], binary[:, 1]
        ),
        "octave": F.cross_entropy(octave, targets[:, 2]),
        "pitch_class": F.cross_entropy(pitch_class, targets[:, 3]),
    }


def note_probabilities(logits):
    """What `dataio.note_frames.frames_to_notes` takes.

    In double precision, in which no two frames beside each other are equally
    sure of an onset only since 1 is reached.

    Arguments
    ---------
    logits : torch.Tensor
        [..., 20]

    Returns
    -------
    probabilities : torch.Tensor
        [..., 20], on the CPU: of onset, of silence, of octaves, which sum to
        1, of pitch classes, which do too.

    Example
    -------
    >>> note_probabilities(torch.zeros(1, 20))[0, [0, 2, 7]]
    tensor([0.5000, 0.2000, 0.0769], dtype=torch.float64)
    """
    onset, silence, *classes = logits.detach().cpu().double().split(SIZES, -1)
    return torch.cat(
        [onset.sigmoid(), silence.sigmoid(), *(c.softmax(-1) for c in classes)],
        dim=-1,
    )


def silent_logits():
    """The logits of a frame of which it is sure that nothing is sung: [20].

    Example
    -------
    >>> note_probabilities(silent_logits())[[0, 1, 6, 19]].round()
    tensor([0., 1., 1., 1.], dtype=torch.float64)
    """
    sure = 30.0  # its sigmoid is 1 but for 1e-13
    octave, pitch_class = torch.zeros(SIZES[2]), torch.zeros(SIZES[3])
    octave[NO_OCTAVE] = pitch_class[NO_CLASS] = sure
    return torch.cat([torch.tensor([-sure, sure]), octave, pitch_class])


class NoteLoss(torch.nn.Module):
    """The sum of the losses of onset, silence, octave and pitch class.

    Arguments
    ---------
    onset_weight : float
        As in `note_losses`; 15 as published.

    Raises
    ------
    ValueError
        If it is not above 0.

    Example
    -------
    >>> labels = torch.tensor([[[1, 0, 2, 0], [0, 1, 4, 12]]])
    >>> NoteLoss()(torch.zeros(1, 2, 20), labels)  # 9 ln 2 + ln 5 + ln 13
    tensor(10.4127)
    """

    def __init__(self, onset_weight=15.0):
        super().__init__()
        check_number("onset_weight", onset_weight, least=0, above=True)
        self.onset_weight = onset_weight

    @fwd_default_precision(cast_inputs=torch.float32)
    def forward(self, logits, labels):
        """The loss of a batch.

        Arguments
        ---------
        logits : torch.Tensor
            [batch, frames, 20]
        labels : torch.Tensor
            [batch, frames, 4], integers.

        Returns
        -------
        loss : torch.Tensor
            Scalar.

        Raises
        ------
        ValueError
            If the shapes do not fit.
        """
        expected = (*labels.shape[:-1], sum(SIZES))
        if labels.shape[-1] != len(SIZES) or logits.shape != expected:
            raise ValueError(
                f"logits [batch, frames, {sum(SIZES)}] and labels [batch, "
                f"frames, {len(SIZES)}] are needed, got {list(logits.shape)} "
                f"and {list(labels.shape)}"
            )
        losses = note_losses(logits, labels, self.onset_weight)
        return sum(losses.values())
