"""Background music at a signal-to-noise ratio."""

import numpy as np
import torch

from speechbrain_singer.augment.draws import seeds, to_device, uniform
from speechbrain_singer.augment.levels import add_at_snr
from speechbrain_singer.checks import check_range
from speechbrain_singer.dataio.recordings import Recordings

LEAST_SOUNDING = 0.25  # share of a stretch


class Background:
    """Adds a random stretch of a random recording: the voice is in a mix.

    A recording is drawn in proportion to its length, and a stretch uniformly
    from it, until one sounds. Recordings that cannot be read are named once in
    a warning, and others are drawn. Files are read on the host as the batch
    comes, so that a device waits for them. Silent clips stay silent.

    Arguments
    ---------
    manifest : str or Path
        Of the music: a CSV file that `corpora.Corpus` wrote.
    seconds : float
        Length of the clips that it is added to.
    min_snr_db, max_snr_db : float
        Range of the signal-to-noise ratio in dB: the clip's power by that of
        the music.
    sample_rate : int
        In Hz; files at other rates are resampled.

    Raises
    ------
    FileNotFoundError
        If there is no manifest.
    ValueError
        If it holds no recordings, or the minimum is above the maximum.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.corpora import Corpus
    >>> from speechbrain_singer.dataio.splits import Split
    >>> from speechbrain_singer.augment.streams import Streams
    >>> folder = getfixture("tmp_path")
    >>> music = np.random.default_rng(0).uniform(-0.5, 0.5, 88200)
    >>> soundfile.write(folder / "a.wav", music, 44100)
    >>> corpus = Corpus("folder", folder, folder, split=Split(0, 0))
    >>> manifest = corpus.prepare().train
    >>> background = Background(manifest, 0.5, min_snr_db=20, max_snr_db=20)
    >>> wavs = torch.ones(2, 22050)
    >>> parameters = background.draw(wavs, Streams([1, 2]))
    >>> added = background.apply(wavs, parameters) - wavs
    >>> added.square().mean(dim=1)
    tensor([0.0100, 0.0100])
    """

    def __init__(
        self,
        manifest,
        seconds,
        min_snr_db=0.0,
        max_snr_db=20.0,
        sample_rate=44100,
    ):
        check_range("SNR in dB", min_snr_db, max_snr_db)
        self.min_snr_db = min_snr_db
        self.max_snr_db = max_snr_db
        self.recordings = Recordings(manifest, seconds, sample_rate)

    def draw(self, wavs, streams):
        """SNR in dB, and a seed from which the stretch follows."""
        return {
            "snr_db": uniform(wavs, streams, self.min_snr_db, self.max_snr_db),
            "seed": seeds(wavs, streams),
        }

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time].

        Raises a ValueError if the clips are not as long as was said, and a
        RuntimeError if no stretch that was drawn could be read and sounded.
        """
        if wavs.shape[1] != self.recordings.time:
            raise ValueError(
                f"{self.recordings.manifest}: background for clips of "
                f"{self.recordings.time} samples, but they have "
                f"{wavs.shape[1]}; change `seconds`"
            )
        each = parameters["seed"][:, 0].tolist()
        music = np.stack([self._stretch(seed) for seed in each])
        music = torch.from_numpy(music).to(wavs.dtype)
        music = to_device(music, wavs.device)
        return add_at_snr(wavs, music, parameters["snr_db"])

    def _stretch(self, seed):
        """A stretch that sounds, [time]."""
        generator = np.random.default_rng(seed)
        _, clip = self.recordings.draw(generator, self._draw)
        return clip.waveform()

    def _draw(self, row, generator):
        with self.recordings.open(row) as recording:
            clip = recording.read(int(generator.integers(recording.last + 1)))
        return clip if clip.sounding >= LEAST_SOUNDING else None
