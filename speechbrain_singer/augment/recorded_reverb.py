"""Reverberation by recorded impulse responses."""

import torch

from speechbrain_singer.augment.draws import integers
from speechbrain_singer.augment.levels import at_level_of
from speechbrain_singer.dataio.audio import AudioError, read_audio, resampler
from speechbrain_singer.dsp.spectra import convolve


class RecordedReverb(torch.nn.Module):
    """Places the singer in a room whose impulse response was recorded.

    The responses are read once and held in memory. Each begins at its peak,
    which is taken for the direct sound: nothing is delayed. The clip keeps its
    length and its level.

    Arguments
    ---------
    paths : list of str or Path
        Audio files, an impulse response each; channels are averaged.
    sample_rate : int
        In Hz, of the clips; files at other rates are resampled.

    Raises
    ------
    ValueError
        If there are no files.
    AudioError
        If a file cannot be read, or is silent.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.augment.streams import Streams
    >>> path = getfixture("tmp_path") / "room.wav"
    >>> soundfile.write(path, [0.0, 0.5, 0.25], 44100, subtype="FLOAT")
    >>> reverb = RecordedReverb([path])
    >>> wavs = torch.tensor([[1.0, 0.0, 0.0, 0.0]])
    >>> parameters = reverb.draw(wavs, Streams([1]))
    >>> wet = reverb.apply(wavs, parameters)
    >>> round((wet[0, 1] / wet[0, 0]).item(), 4)
    0.5
    """

    def __init__(self, paths, sample_rate=44100):
        super().__init__()
        if not paths:
            raise ValueError("no impulse responses: give at least one file")
        responses = [_read_response(path, sample_rate) for path in paths]
        responses = torch.nn.utils.rnn.pad_sequence(responses, True)
        self.register_buffer("responses", responses, persistent=False)

    def draw(self, wavs, streams):
        """Which response, a number."""
        return {"response": integers(wavs, streams, len(self.responses))}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        responses = self.responses[parameters["response"][:, 0]]
        wet = convolve(wavs, responses[:, : wavs.shape[1]])
        return at_level_of(wavs, wet)


def _read_response(path, sample_rate):
    samples, rate = read_audio(path)
    samples = torch.from_numpy(samples)
    if rate != sample_rate:
        samples = resampler(rate, sample_rate)(samples)
    peak = samples.abs().argmax()
    if samples[peak] == 0:
        raise AudioError(f"{path}: silent, no impulse response; leave it out")
    # The peak is made positive, or the clip would be turned over
    return samples[peak:] / samples[peak]
