"""What every front end with layers is: waveforms in, layers out."""

import torch


class LayeredFrontEnd(torch.nn.Module):
    """A network whose layers are given frame by frame, frozen or trained.

    A frozen one stays in evaluation mode, also where SpeechBrain's `Brain`
    calls `train`. A class that derives from this one sets the attributes,
    calls `freeze` or `unfreeze`, and defines `hidden_layers`; perhaps also
    `normalised`, and `keep_frozen` for what is never trained.

    Rows of a batch have to be of one length: most networks hear padding.

    Attributes
    ----------
    sample_rate : int
        Of the waveforms, in Hz.
    min_samples : int
        The shortest clip: one frame.
    layers : int
    width : int
        Of a layer.
    frame_rate : float
        Frames a second.
    first_frame : float
        Where in the clip the middle of the first frame is, in seconds.
    frozen : bool
        Whether nothing is trained.

    Example
    -------
    >>> class Blocks(LayeredFrontEnd):
    ...     sample_rate, min_samples, layers, width = 16000, 160, 1, 160
    ...     frame_rate, first_frame = 100.0, 0.005
    ...
    ...     def hidden_layers(self, wavs):
    ...         return wavs.unfold(1, 160, 160).unsqueeze(2)
    >>> Blocks().freeze()(torch.randn(2, 16000)).shape
    torch.Size([2, 100, 1, 160])
    """

    frozen = False

    def freeze(self):
        """From here on nothing is trained, and dropout is off."""
        self.frozen = True
        self.requires_grad_(False)
        return self.eval()

    def unfreeze(self):
        """From here on it is trained, in training mode."""
        self.frozen = False
        self.requires_grad_(True)
        self.keep_frozen()
        return self.train()

    def keep_frozen(self):
        """Takes the gradient from parameters that are never trained."""

    def train(self, mode=True):
        """As torch's, but what is frozen stays in evaluation mode."""
        return super().train(mode and not self.frozen)

    def forward(self, wavs):
        """Hidden layers of clips.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time] at `sample_rate`, at least `min_samples`.

        Returns
        -------
        layers : torch.Tensor
            [batch, frames, layers, width]
        """
        return self.hidden_layers(self.normalised(wavs))

    def normalised(self, wavs):
        """Each row as the network wants it: [batch, time]."""
        return wavs

    def hidden_layers(self, wavs):
        """As `forward`, of what is normalised already."""
        raise NotImplementedError
