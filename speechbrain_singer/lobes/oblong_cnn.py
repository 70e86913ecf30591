"""The CNN of oblong kernels that names techniques."""

import torch

_WINDOWS = 3
_CHANNELS = (32, 64, 128, 256)
# Two along frequency, for the timbre, then two along time, for its movement
_KERNELS = ((4, 1), (16, 1), (1, 6), (1, 16))
_HIDDEN = 50


class OblongCNN(torch.nn.Module):
    """Embeds chunks, to be named by a `ClassifierHead`.

    As published (Yamamoto, Nam, Terasawa and Hiraga, "Investigating
    time-frequency representations for audio feature extraction in singing
    technique classification", APSIPA 2021; read in the model and the last
    commands of yamathcy/DeformableMIR). Spectrograms of three windows are the
    channels of one image, `MultiResolutionDecibels`; four convolutions with
    padding of 1, instance normalisation, ReLU and 2 x 2 max pooling; the mean
    over the image; and a dense layer of 50 with normalisation, ReLU and
    dropout of 0.5.

    Attributes
    ----------
    embedding_dim : int
    min_frames : int
        The fewest that it takes.

    Example
    -------
    >>> OblongCNN()(torch.randn(1, 3, 1025, 126)).shape
    torch.Size([1, 50])
    """

    embedding_dim = _HIDDEN
    # With fewer, the last kernel has no room after three pools
    min_frames = 126

    def __init__(self):
        super().__init__()
        self.convolutions = _convolutions()
        self.dense = torch.nn.Sequential(
            torch.nn.Linear(_CHANNELS[-1], _HIDDEN),
            torch.nn.LayerNorm(_HIDDEN, elementwise_affine=False),
            torch.nn.ReLU(),
            torch.nn.Dropout(0.5),
        )

    def forward(self, images):
        """Embeds chunks.

        Arguments
        ---------
        images : torch.Tensor
            [batch, 3, 1025, frames]

        Returns
        -------
        embeddings : torch.Tensor
            [batch, 50]

        Raises
        ------
        ValueError
            If the frames are too few.
        """
        if images.shape[3] < self.min_frames:
            raise ValueError(
                f"a chunk of {images.shape[3]} frames is too short for the "
                f"oblong CNN, which needs {self.min_frames}"
            )
        return self.dense(self.convolutions(images).mean(dim=(2, 3)))


def _convolutions():
    layers, before = [], _WINDOWS
    for channels, kernel in zip(_CHANNELS, _KERNELS, strict=True):
        layers += [
            torch.nn.Conv2d(before, channels, kernel, padding=1),
            torch.nn.InstanceNorm2d(channels),
            torch.nn.ReLU(),
            torch.nn.MaxPool2d(2),
        ]
        before = channels
    return torch.nn.Sequential(*layers)
