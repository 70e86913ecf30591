"""Pairs of a mixture and a voice that is in it, or that is in another one."""

from functools import partial

import numpy as np
import torch

from speechbrain_singer.checks import check_number, check_whole
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.clips import MOST_POSITIONS, is_kept
from speechbrain_singer.dataio.pairing import Pairing
from speechbrain_singer.dataio.reading import (
    SOUNDING,
    frame_size,
    sounding_frames,
)
from speechbrain_singer.dataio.recordings import Recordings

_SECONDS = ("wav", "mixture")  # what the second clip can be of
_LITTLE = 0.05  # seconds by which a stem may end before its vocals


class StemPairs(torch.utils.data.Dataset):
    """Pairs for `ssl.remix`: of a mixture, or its stems, and of a voice.

    A slice of a recording is drawn as `RandomClips` draws a clip, by what
    sounds of its vocals. The first clip is a stretch of the slice's mixture;
    with the probability `artificial_share` it comes as stems instead, vocals
    and accompaniment, to be mixed with those of others. The second clip is a
    stretch of the vocals, or of the mixture, of the same slice, or of one of
    another recording of the singer. Both stretches are drawn by themselves,
    and may overlap.

    As published (Garoufis, Zlatintsi and Maragos, "CVSM", 2025, and the
    methods compared there):

    | | pairs | second_column | artificial_share |
    |---|---|---|---|
    | COLA | recording | mixture | 0 |
    | COLA-ART | singer | mixture | 0 |
    | MSCOL | recording | wav | 0 |
    | CVSM-ART | singer | wav | 0 |
    | CVSM-A | recording | wav | 1 |
    | CVSM-AH | recording | wav | 0.5 |

    Each stem of a slice has the length 1 (L2). The accompaniment is that of
    the manifest's column; of a recording that has none it is the mixture
    without the vocals, sample by sample, as published, so that these have to
    be as loud in it, and at the same places, as in their own file.

    Arguments
    ---------
    manifest : str or Path
        A CSV file that `corpora.Corpus` wrote, with the column `mixture`; its
        `wav` are the vocals.
    seconds : float
        Length of a clip; published: 1.
    sample_rate : int
        Hz. Files at other rates are resampled.
    seed : int
    slice_seconds : float
    pairs : str
        `recording` or `singer`, see `Pairing`.
    second_column : str
        `wav` or `mixture`.
    artificial_share : float
        From 0 to 1.

    Raises
    ------
    ValueError
        If the manifest holds no recordings or no mixtures, or a setting
        cannot be.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.dataio.manifest import write_manifest
    >>> folder = getfixture("tmp_path")
    >>> wavs = {name: str(folder / f"{name}.wav") for name in ("v", "m")}
    >>> for path in wavs.values():
    ...     noise = np.random.default_rng(0).uniform(-0.5, 0.5, 80000)
    ...     soundfile.write(path, noise, 16000)
    >>> row = {"ID": "a", "duration": 5.0, "wav": wavs["v"], "start": 0}
    >>> row |= {"stop": 80000, "sample_rate": 16000, "peak": 0.5}
    >>> row |= {"singer": "Ann", "song": "1", "mixture": wavs["m"]}
    >>> write_manifest(folder / "train.csv", [row])
    >>> item = StemPairs(folder / "train.csv", artificial_share=1.0)[0, 7]
    >>> item["clips"].shape, item["accompaniment"].shape, item["artificial"]
    (torch.Size([2, 16000]), torch.Size([16000]), True)
    """

    def __init__(
        self,
        manifest,
        seconds=1.0,
        sample_rate=16000,
        seed=1234,
        slice_seconds=5.0,
        pairs="recording",
        second_column="wav",
        artificial_share=0.0,
    ):
        check_whole("seed", seed, least=0)
        check_number("artificial_share", artificial_share, least=0, most=1)
        if second_column not in _SECONDS:
            raise ValueError(
                f"second_column is {second_column!r}; it can be "
                f"{' or '.join(_SECONDS)}"
            )
        self.recordings = Recordings(
            manifest, slice_seconds, sample_rate, "mixture"
        )
        self.time = round(seconds * sample_rate)
        check_whole(
            f"samples of a clip of {seconds} s in slices of {slice_seconds} s",
            *(self.time, 1, self.recordings.time),
        )
        self.seed = seed
        self.second_column = second_column
        self.artificial_share = artificial_share
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
            `clips` [2, time], the mixture and the second clip; where
            `artificial`, the vocals take the mixture's place, and
            `accompaniment` [time] is what was beside them, otherwise zeros.
            `silent`: whether the second clip is, which then is zeros. `seeds`
            [2]; `rows` [2], the places of both recordings in the manifest; and
            `group`, the number of their recording or singer.
        """
        generator = np.random.default_rng([self.seed, *key])
        artificial = bool(generator.random() < self.artificial_share)
        row, (own, whole, partner) = self.recordings.draw(
            generator, partial(self._draw, artificial)
        )
        first, beside = self._cut(_stems(own, artificial), generator)
        whole = _unit(whole)
        second = self._cut(whole, generator)
        silent = not self._sounds(second, np.abs(whole).max())
        clips = np.stack([first, second * (not silent)])
        return {
            "clips": torch.from_numpy(clips),
            "accompaniment": torch.from_numpy(beside),
            "artificial": artificial,
            "silent": silent,
            "seeds": torch.tensor(generator.integers(2**63, size=2)),
            "rows": torch.tensor([row, partner]),
            "group": int(self.pairing.groups[row]),
        }

    def _draw(self, artificial, row, generator):
        """A slice, samples of the second one, and its row; None: another."""
        second, unreadable = self.second_column, set()
        has = self.recordings.files["accompaniment"][row]
        beside = "accompaniment" if artificial and has else "mixture"
        own = self._slice(row, generator, {beside, second})
        if own is None:
            return None
        for _ in range(MOST_POSITIONS):
            partner = self.pairing.partner(row, generator, unreadable)
            if partner == row:
                return own, own[second], row
            try:
                other = self._slice(partner, generator, {second})
            except AudioError as error:
                unreadable.add(partner)
                self.recordings.warn_once(error)
                continue
            if other is not None:
                return own, other[second], partner
        return None

    def _slice(self, row, generator, columns):
        """A stretch of the vocals and of columns, or None if not kept."""
        with self.recordings.open(row) as vocals:
            start = int(generator.integers(vocals.last + 1))
            clips = {"wav": vocals.read(start)}
            if not is_kept(clips["wav"].sounding, generator):
                return None
        for column in columns - {"wav"}:
            clips[column] = self._beside(row, column, start, vocals)
        return _Slice(clips)

    def _beside(self, row, column, start, vocals):
        """The same stretch, or AudioError: nothing may move beside vocals."""
        with self.recordings.open(row, column) as stem:
            start = round(start * stem.rate / vocals.rate)
            seconds = stem.length / stem.rate + _LITTLE
            # 1 for rounding
            if start > stem.last + 1 or seconds < vocals.length / vocals.rate:
                raise AudioError(f"{stem.file.name}: ends before its vocals")
            return stem.read(min(start, stem.last))

    def _cut(self, samples, generator):
        """A stretch of a slice: [..., time]."""
        spare = self.recordings.time - self.time
        start = int(generator.integers(spare + 1))
        return samples[..., start : start + self.time]

    def _sounds(self, clip, peak):
        """Whether a clip is no silence, beside the peak of its slice."""
        size = frame_size(self.recordings.sample_rate, len(clip))
        return bool(sounding_frames(clip, size, SOUNDING * peak).any())


class _Slice(dict):
    """[time] by column, as loud as in their files.

    They are resampled when they are asked for: that takes most of the time.
    """

    def __init__(self, clips):
        super().__init__()
        self.clips = clips

    def __missing__(self, column):
        samples = self.clips[column].resampled()
        spare = self.clips[column].recording.time - len(samples)
        return self.setdefault(column, np.pad(samples, (0, spare)))


def _stems(own, artificial):
    """What the first clip and its accompaniment are cut from, [2, time]."""
    if not artificial:
        return np.stack([_unit(own["mixture"]), np.zeros_like(own["mixture"])])
    if "accompaniment" in own.clips:
        beside = own["accompaniment"]
    else:
        beside = own["mixture"] - own["wav"]
    return np.stack([_unit(own["wav"]), _unit(beside)])


def _unit(samples):
    """Of length 1, or silence as it is."""
    length = np.linalg.norm(samples)
    return samples / length if length > 0 else samples
