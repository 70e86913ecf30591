"""The spectrogram of a recording, for the page."""

import io

import torch
from PIL import Image

from speechbrain_singer.dataio.audio import open_audio
from speechbrain_singer.inference.reader import BlockReader
from speechbrain_singer.reports.augmentation_plot import (
    N_FFT,
    plot_spectrograms,
)

RATE = 44100  # Hz
SECONDS = 20  # of a longer recording the rest is not drawn


def spectrogram(path, title):
    """Draws the beginning of a recording.

    Arguments
    ---------
    path : str or Path
        An audio file.
    title : str

    Returns
    -------
    image : PIL.Image.Image

    Raises
    ------
    AudioError
        If the file cannot be read.

    Example
    -------
    >>> import soundfile
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> soundfile.write(path, torch.rand(RATE).numpy(), RATE)
    >>> spectrogram(path, "a").width
    760
    """
    with open_audio(path) as file:
        stop = min(file.frames, round(SECONDS * file.samplerate))
    blocks = BlockReader(RATE).from_file(path, stop=stop)
    waveform = torch.cat(list(blocks))
    missing = max(N_FFT - len(waveform), 0)  # of what is a few periods long
    waveform = torch.nn.functional.pad(waveform, (0, missing))
    file = io.BytesIO()
    plot_spectrograms(waveform[None], [title], file, RATE)
    return Image.open(file)
