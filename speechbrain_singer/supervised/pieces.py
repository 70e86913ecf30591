"""The spectrogram of a recording of any length, in bounded memory."""

import math

import torch

PIECE = 4096  # frames that are computed at once


@torch.inference_mode()
def decibels_in_pieces(features, blocks, device="cpu", piece=PIECE):
    """Computes a spectrogram in pieces that overlap, and joins exactly.

    Each frame depends on less than `features.min_samples` to both sides of its
    centre. Pieces overlap by so much, and frames that the end of a piece
    reaches, where the recording goes on, are dropped.

    Arguments
    ---------
    features : torch.nn.Module
        A front end with `decibels`, `hop_length`, `min_samples` and
        `sample_rate`. Frame k of it is centred on sample k * `hop_length`.
    blocks : iterable of torch.Tensor
        The audio, [time] each, in order.
    device : str or torch.device
        Where the front end is.
    piece : int
        Frames that are computed at once.

    Yields
    ------
    decibels : torch.Tensor
        [frames, bands], in order; all of them together are the transposed
        `features.decibels` of the whole, but for rounding.

    Raises
    ------
    ValueError
        If the audio is too short for the front end.
    """
    hop = features.hop_length
    context = math.ceil((features.min_samples - 1) / hop)  # frames
    buffer, done = torch.empty(0), 0  # frames of it that have been given
    for block in blocks:
        buffer = torch.cat([buffer, block]) if len(buffer) else block
        while len(buffer) > (done + piece + 2 * context) * hop:
            end = done + piece
            part = buffer[: (end + context) * hop]
            yield _decibels(features, part, device)[done:end]
            dropped = max(0, end - context)
            buffer, done = buffer[dropped * hop :], end - dropped
    if len(buffer) < features.min_samples:
        raise ValueError(
            f"{len(buffer)} samples at {features.sample_rate} Hz are too "
            f"short for a spectrogram: {features.min_samples} are needed"
        )
    yield _decibels(features, buffer, device)[done:]


def _decibels(features, waveform, device):
    return features.decibels(waveform[None].to(device))[0].T
