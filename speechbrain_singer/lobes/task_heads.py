"""The heads of three tasks on the frames of a front end.

As published (Yamamoto, "Toward leveraging pre-trained self-supervised
frontends for automatic singing voice understanding tasks", APSIPA 2023).
"""

import torch
import torch.nn.functional as F

from speechbrain_singer.checks import check_number, check_whole
from speechbrain_singer.dataio.note_frames import SIZES
from speechbrain_singer.lobes.heads import ClassifierHead

# Onset, silence, five octaves and 13 pitch classes, "none" included
NOTE_OUTPUTS = sum(SIZES)


class SingerHead(ClassifierHead):
    """Frames to one logit for each singer.

    A linear layer for each frame, the mean over time, which is the embedding,
    dropout, and a linear layer; nothing in between bends.

    Arguments
    ---------
    input_dim : int
        Dimension of the frames.
    names : list of str
        Of the singers, in the order of the logits.
    dropout : float
        Of the embedding.

    Example
    -------
    >>> head = SingerHead(768, ["ann", "bob"])
    >>> frames = torch.randn(4, 249, 768)
    >>> head(frames).shape, head.embed(frames).shape
    (torch.Size([4, 2]), torch.Size([4, 768]))
    """

    def __init__(self, input_dim, names, dropout=0.5):
        super().__init__(input_dim, names)
        check_number("dropout", dropout, least=0, most=1)
        self.dropout = dropout
        self.frame_linear = torch.nn.Linear(input_dim, input_dim)

    def embed(self, frames):
        """[batch, frames, input_dim] to [batch, input_dim]."""
        # A linear layer and a mean may change places, and so 249 frames take
        # one product
        return self.frame_linear(frames.mean(dim=1))

    def forward(self, frames):
        """[batch, frames, input_dim] to logits, [batch, classes]."""
        embeddings = F.dropout(self.embed(frames), self.dropout, self.training)
        return super().forward(embeddings)


class TechniqueHead(ClassifierHead):
    """The mean of the frames to one logit for each technique: a linear layer.

    Arguments
    ---------
    input_dim : int
        Dimension of the frames.
    names : list of str
        Of the techniques, in the order of the logits.

    Example
    -------
    >>> head = TechniqueHead(768, ["belt", "breathy", "vibrato"])
    >>> head(torch.randn(4, 149, 768)).shape
    torch.Size([4, 3])
    """

    def forward(self, frames):
        """[batch, frames, input_dim] to logits, [batch, classes]."""
        return super().forward(frames.mean(dim=1))


class NotesHead(torch.nn.Module):
    """What is sung in each frame, as 20 logits: a linear layer.

    They are onset, silence, octave (0 to 3, none) and pitch class (0 to 11,
    none), in this order.

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
