"""The head that says what is sung in each frame."""

import torch

from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.note_frames import SIZES

# Onset, silence, five octaves and 13 pitch classes, "none" included
NOTE_OUTPUTS = sum(SIZES)


class NotesHead(torch.nn.Module):
    """What is sung in each frame, as 20 logits: a linear layer.

    They are onset, silence, octave (0 to 3, none) and pitch class (0 to 11,
    none), in this order, as published (Yamamoto, "Toward leveraging
    pre-trained self-supervised frontends for automatic singing voice
    understanding tasks", APSIPA 2023).

    Arguments
    ---------
    input_dim : int
        Dimension of the frames.

    Example
    -------
    >>> NotesHead(768)(torch.randn(4, 249, 768)).shape
    torch.Size([4, 249, 20])
    """

    def __init__(self, input_dim):
        super().__init__()
        check_whole("dimension of the frames", input_dim, least=1)
        self.input_dim = input_dim
        self.linear = torch.nn.Linear(input_dim, NOTE_OUTPUTS)

    def forward(self, frames):
        """[batch, frames, input_dim] to logits, [batch, frames, 20]."""
        return self.linear(frames)
