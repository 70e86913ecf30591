"""Random clips for training, alone or in pairs of one voice."""

import numpy as np
import torch

from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.pairing import Pairing
from speechbrain_singer.dataio.recordings import Recordings

LEAST_SOUNDING = 0.25  # share of a clip
MOST_POSITIONS = 100  # tries for the second clip of a pair


def draw_clip(recording, generator):
    """Draws a clip of a recording.

    Its position is uniform. It is kept if at least a quarter of it sounds, and
    then with a probability equal to the share that sounds. So where recordings
    are drawn in proportion to their length, the clips that are kept fall in
    proportion to singing time, without a scan of the corpus, and in recordings
    that are shorter than a clip too.

    Arguments
    ---------
    recording : speechbrain_singer.dataio.reading.Recording
    generator : np.random.Generator

    Returns
    -------
    clip : speechbrain_singer.dataio.reading.Clip or None
        None where it is not kept.
    """
    clip = recording.read(int(generator.integers(recording.last + 1)))
    return clip if is_kept(clip.sounding, generator) else None


def is_kept(sounding, generator):
    """Whether a clip is kept of which a share sounds, see `draw_clip`."""
    return sounding >= max(LEAST_SOUNDING, generator.random())


class RandomClips(torch.utils.data.Dataset):
    """Random clips in proportion to singing time, each with its row.

    A clip depends on the seed, the epoch, the index and the files, on nothing
    else. A recording that cannot be read is named once in a warning, and
    others are drawn instead.

    Arguments
    ---------
    manifest : str or Path
        A CSV file that `corpora.Corpus` wrote.
    seconds : float
        Length of a clip.
    sample_rate : int
        Hz. Files at other rates are resampled.
    seed : int

    Raises
    ------
    ValueError
        If the manifest holds no recordings.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.corpora import Corpus
    >>> from speechbrain_singer.dataio.splits import Split
    >>> folder = getfixture("tmp_path")
    >>> noise = np.random.default_rng(0).uniform(-0.5, 0.5, 88200)
    >>> soundfile.write(folder / "a.wav", noise, 44100)
    >>> corpus = Corpus("folder", folder, folder, split=Split(0, 0))
    >>> clips = RandomClips(corpus.prepare().train, 0.5)
    >>> item = clips[0, 7]
    >>> item["clip"].shape, item["row"]
    (torch.Size([22050]), 0)
    """

    def __init__(self, manifest, seconds, sample_rate=44100, seed=1234):
        self.recordings = Recordings(manifest, seconds, sample_rate)
        check_whole("seed", seed, least=0)
        self.seed = seed

    def __getitem__(self, key):
        """Draws the clip of a key, (epoch, index).

        Returns
        -------
        item : dict
            `clip`, a tensor [time], float32, of peak 1; `seed`, an integer for
            its augmentation; `row`, the place of its recording in the manifest.

        Raises
        ------
        RuntimeError
            If no recording that was drawn could be read and sounded.
        """
        generator = np.random.default_rng([self.seed, *key])
        row, clip = self.recordings.draw(generator, self._draw)
        return {
            "clip": torch.from_numpy(clip.waveform()),
            "seed": int(generator.integers(2**63)),
            "row": row,
        }

    def _draw(self, row, generator):
        with self.recordings.open(row) as recording:
            return draw_clip(recording, generator)


class ClipPairs(torch.utils.data.Dataset):
    """Pairs of random clips: one is drawn as `RandomClips` does, then paired.

    The second clip comes from the same recording or from another one of the
    singer, and from the same file or from another one of that recording, such
    as the mixture. Its position is drawn by itself, and the two may overlap. A
    recording whose second file is missing or cannot be read is named once, and
    others are drawn instead.

    Arguments
    ---------
    manifest, seconds, sample_rate, seed
        As `RandomClips` has them.
    pairs : str
        `recording` or `singer`, see `Pairing`.
    second_column : str
        Column of the manifest with the files that second clips are read from.

    Raises
    ------
    ValueError
        If the manifest holds no recordings, lacks the column, or has no
        singer's name where those are needed.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.corpora import Corpus
    >>> from speechbrain_singer.dataio.splits import Split
    >>> from speechbrain_singer.dataio.sampler import ClipBatches
    >>> folder = getfixture("tmp_path")
    >>> noise = np.random.default_rng(0).uniform(-0.5, 0.5, 88200)
    >>> soundfile.write(folder / "a.wav", noise, 44100)
    >>> corpus = Corpus("folder", folder, folder, split=Split(0, 0))
    >>> pairs = ClipPairs(corpus.prepare().train, 0.5)
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
        second_column="wav",
    ):
        self.recordings = Recordings(
            manifest, seconds, sample_rate, second_column
        )
        check_whole("seed", seed, least=0)
        self.seed = seed
        self.second_column = second_column
        self.pairing = Pairing(
            pairs, self.recordings.singers, self.recordings.durations
        )

    @property
    def voices(self):
        """Number of recordings or singers that pairs are made of."""
        return len(set(self.pairing.groups))

    def __getitem__(self, key):
        """Draws the pair of a key, (epoch, index).

        Returns
        -------
        item : dict
            As of `RandomClips`, for both: `clips` [2, time], `seeds` [2] and
            `rows` [2]; and `group`, the number of their recording or singer.
        """
        generator = np.random.default_rng([self.seed, *key])
        row, (clips, partner) = self.recordings.draw(generator, self._draw)
        waveforms = np.stack([clip.waveform() for clip in clips])
        return {
            "clips": torch.from_numpy(waveforms),
            "seeds": torch.tensor(generator.integers(2**63, size=2)),
            "rows": torch.tensor([row, partner]),
            "group": int(self.pairing.groups[row]),
        }

    def _draw(self, row, generator):
        """Two clips, and the row of the second; None for another recording."""
        with self.recordings.open(row) as recording:
            first = draw_clip(recording, generator)
            if first is None:
                return None
            unreadable = set()
            for _ in range(MOST_POSITIONS):
                partner = self.pairing.partner(row, generator, unreadable)
                if partner in unreadable:
                    return None
                if partner == row and self.second_column == "wav":
                    second = draw_clip(recording, generator)
                else:
                    second = self._draw_from(partner, generator, unreadable)
                if second is not None:
                    return (first, second), partner
        return None

    def _draw_from(self, row, generator, unreadable):
        try:
            with self.recordings.open(row, self.second_column) as recording:
                return draw_clip(recording, generator)
        except AudioError as error:
            unreadable.add(row)
            self.recordings.warn_once(error)
            return None
