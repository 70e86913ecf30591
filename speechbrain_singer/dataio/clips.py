"""Random pairs of clips of one recording, in proportion to singing time."""

import numpy as np
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.recordings import Recordings

# Of any clip at least a quarter sounds
LEAST_SOUNDING = 0.25
# How often a second clip of a recording is sought, and a recording at all
MOST_POSITIONS = 100
MOST_RECORDINGS = 1000
INSTEAD = "other recordings are drawn instead"


class ClipPairs(torch.utils.data.Dataset):
    """Pairs of random clips of the same recording.

    A recording is drawn in proportion to its length, a position in it
    uniformly, and the clip is kept with a probability equal to the share of it
    that sounds. So the clips that are kept fall in proportion to singing time
    without anybody having scanned the corpus, and in recordings that are
    shorter than a clip too. The second clip is drawn likewise from the same
    recording; the two may overlap.

    A pair depends on the seed, the epoch, the index and the files, on nothing
    else. A recording that cannot be read is named once in a warning, and each
    draw of it goes to another.

    Arguments
    ---------
    manifest : str or Path
        A CSV file that `corpora.prepare` wrote.
    seconds : float
        Length of a clip.
    sample_rate : int
        In Hz; files at other rates are resampled.
    seed : int

    Raises
    ------
    ValueError
        If the manifest holds no recordings.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.corpora import prepare
    >>> from speechbrain_singer.dataio.sampler import ClipBatches
    >>> folder = getfixture("tmp_path")
    >>> noise = np.random.default_rng(0).uniform(-0.5, 0.5, 88200)
    >>> soundfile.write(folder / "a.wav", noise, 44100)
    >>> pairs = ClipPairs(prepare("folder", folder, folder, 0, 0).train, 0.5)
    >>> batches = ClipBatches(clips_per_epoch=8, batch_size=4)
    >>> loader = torch.utils.data.DataLoader(pairs, batch_sampler=batches)
    >>> batch = next(iter(loader))
    >>> batch["clips"].shape, batch["row"]
    (torch.Size([4, 2, 22050]), tensor([0, 0, 0, 0]))
    """

    def __init__(self, manifest, seconds, sample_rate=44100, seed=1234):
        self.recordings = Recordings(manifest, seconds, sample_rate)
        self.seed = seed
        self._ends = np.cumsum(self.recordings.durations)

    def __getitem__(self, key):
        """Draws a pair.

        Arguments
        ---------
        key : tuple of int
            (epoch, index).

        Returns
        -------
        item : dict
            `clips`, a tensor [2, time], float32, of peak 1; `row`, the place of
            the recording in the manifest.

        Raises
        ------
        RuntimeError
            If no recording that was drawn could be read and sounded.
        """
        epoch, index = key
        generator = np.random.default_rng([self.seed, epoch, index])
        failure = None
        for _ in range(MOST_RECORDINGS):
            place = generator.random() * self._ends[-1]
            row = int(np.searchsorted(self._ends, place, side="right"))
            try:
                clips = self._draw_pair(row, generator)
            except (AudioError, OSError) as error:
                failure = error
                self.recordings.warn_once(row, error, INSTEAD)
                continue
            if clips is not None:
                return {"clips": torch.from_numpy(clips), "row": row}
        raise RuntimeError(
            f"{self.recordings.manifest}: {MOST_RECORDINGS} draws gave no pair "
            "of clips that sound; the last recording that could not be read: "
            f"{failure or 'none'}"
        )

    def _draw_pair(self, row, generator):
        with self.recordings.open(row) as recording:
            first = _draw(recording, generator)
            if first is None:
                return None
            for _ in range(MOST_POSITIONS):
                second = _draw(recording, generator)
                if second is not None:
                    clips = np.empty((2, recording.time), dtype=np.float32)
                    first.write(clips[0])
                    second.write(clips[1])
                    return clips
        return None


def _draw(recording, generator):
    """A crop that was kept, or None."""
    crop = recording.crop(int(generator.integers(recording.last + 1)))
    enough = max(LEAST_SOUNDING, generator.random())
    return crop if crop.sounding >= enough else None
