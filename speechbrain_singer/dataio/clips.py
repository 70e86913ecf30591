"""Random pairs of clips of one voice, in proportion to singing time."""

import numpy as np
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.pairing import Pairing
from speechbrain_singer.dataio.recordings import Recordings

# Of any clip at least a quarter sounds
LEAST_SOUNDING = 0.25
# How often a second clip of a recording is sought, and a recording at all
MOST_POSITIONS = 100
MOST_RECORDINGS = 1000
INSTEAD = "other recordings are drawn instead"


class ClipPairs(torch.utils.data.Dataset):
    """Pairs of random clips of the same recording, or of the same singer.

    A recording is drawn in proportion to its length, a position in it
    uniformly, and the clip is kept with a probability equal to the share of it
    that sounds. So the clips that are kept fall in proportion to singing time
    without anybody having scanned the corpus, and in recordings that are
    shorter than a clip too. The second clip is drawn likewise, from the same
    recording (the two may overlap) or from another one of the singer.

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
    pairs : str
        `recording` or `singer`, see `Pairing`.

    Raises
    ------
    ValueError
        If the manifest holds no recordings, or none with a singer's name
        where those are needed.

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
    >>> batch["clips"].shape, batch["group"]
    (torch.Size([4, 2, 22050]), tensor([0, 0, 0, 0]))
    """

    def __init__(
        self,
        manifest,
        seconds,
        sample_rate=44100,
        seed=1234,
        pairs="recording",
    ):
        self.recordings = Recordings(manifest, seconds, sample_rate)
        self.seed = seed
        durations = self.recordings.durations
        self._ends = np.cumsum(durations)
        self._pairing = Pairing(pairs, self.recordings.singers, durations)

    @property
    def voices(self):
        """Number of recordings or singers that pairs are made of."""
        return len(set(self._pairing.groups))

    def __getitem__(self, key):
        """Draws a pair.

        Arguments
        ---------
        key : tuple of int
            (epoch, index).

        Returns
        -------
        item : dict
            `clips`, a tensor [2, time], float32, of peak 1; `seeds`, a tensor
            [2], of what is drawn to augment them; `rows`, a tensor [2], the
            places of their recordings in the manifest; `group`, the number of
            what they have in common, recording or singer.

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
                pair = self._draw_pair(row, generator)
            except (AudioError, OSError) as error:
                failure = error
                self.recordings.warn_once(row, error, INSTEAD)
                continue
            if pair is not None:
                clips, rows = pair
                return {
                    "clips": torch.from_numpy(clips),
                    "seeds": torch.tensor(generator.integers(2**63, size=2)),
                    "rows": torch.tensor(rows),
                    "group": int(self._pairing.groups[row]),
                }
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
            broken = set()
            for _ in range(MOST_POSITIONS):
                partner = self._pairing.partner(row, generator, broken)
                if partner == row:
                    second = _draw(recording, generator)
                else:
                    second = self._draw_from(partner, generator, broken)
                if second is not None:
                    clips = np.empty((2, recording.time), dtype=np.float32)
                    first.write(clips[0])
                    second.write(clips[1])
                    return clips, [row, partner]
        return None

    def _draw_from(self, row, generator, broken):
        try:
            with self.recordings.open(row) as recording:
                return _draw(recording, generator)
        except (AudioError, OSError) as error:
            broken.add(row)
            self.recordings.warn_once(row, error, INSTEAD)
            return None


def _draw(recording, generator):
    """A crop that was kept, or None."""
    crop = recording.crop(int(generator.integers(recording.last + 1)))
    enough = max(LEAST_SOUNDING, generator.random())
    return crop if crop.sounding >= enough else None
