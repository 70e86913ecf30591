"""Clips of stored voices: several of each, and each voice as often."""

from functools import lru_cache

import numpy as np
import torch

from speechbrain_singer.checks import check_range, check_whole
from speechbrain_singer.seeding import derive_seed

_CLIPS = 2  # of each voice

# What a seed is for
_ORDER, _LENGTH, _CROP = range(3)


class VoiceClips(torch.utils.data.Dataset):
    """Two clips of a voice, of two of its recordings, by (epoch, index).

    All that is drawn is a function of seed, epoch and index. Voices come in
    an order of their own in each epoch, and again if an epoch has more clips
    than there are voices. The clips of a step have one length.

    Arguments
    ---------
    voices : StoredVoices
    frames : tuple of int
        Range of the lengths.
    step : int
        Voices of a step, on all processes together.
    seed : int

    Raises
    ------
    ValueError
        If a voice has one recording, or recordings are shorter than clips.

    Example
    -------
    >>> from types import SimpleNamespace as Some
    >>> settings = Some(recordings=3, frames=50)
    >>> class Silence(list):
    ...     settings = settings
    >>> voices = Silence(np.zeros((4, 3, 80, 50), np.float16))
    >>> clips = VoiceClips(voices, frames=(20, 40), step=2, seed=1)
    >>> [clips[3, i]["voice"] for i in range(4)]  # epoch 3
    [1, 3, 0, 2]
    >>> clips[3, 0]["decibels"].shape == clips[3, 1]["decibels"].shape
    True
    """

    def __init__(self, voices, frames, step, seed):
        least, most = frames
        check_range("frames of a clip", least, most, 1, voices.settings.frames)
        check_whole("recordings", voices.settings.recordings, least=_CLIPS)
        check_whole("persons of a step", step, least=1)
        self.voices = voices
        self.frames = least, most
        self.step = step
        self.seed = seed

    def __getitem__(self, key):
        """Two clips of one voice.

        Arguments
        ---------
        key : tuple of int
            Epoch and index.

        Returns
        -------
        item : dict
            `decibels`, [2, bands, frames], float16; `seeds`, [2], of their
            augmentation; `voice`, int.
        """
        epoch, index = key
        voice = self._voice(epoch, index)
        frames = self._length(epoch, index // self.step)
        rng = np.random.default_rng([self.seed, _CROP, epoch, index])
        recordings = self.voices[voice]
        chosen = rng.choice(len(recordings), _CLIPS, replace=False)
        latest = recordings.shape[2] - frames
        starts = rng.integers(latest + 1, size=_CLIPS)
        clips = [
            recordings[row, :, start : start + frames]
            for row, start in zip(chosen, starts, strict=True)
        ]
        return {
            "decibels": torch.from_numpy(np.stack(clips)),
            "seeds": torch.from_numpy(rng.integers(2**63, size=_CLIPS)),
            "voice": voice,
        }

    def _voice(self, epoch, index):
        turn, place = divmod(index, len(self.voices))
        seed = derive_seed(self.seed, _ORDER, epoch, turn)
        return int(_order(seed, len(self.voices))[place])

    def _length(self, epoch, step):
        rng = np.random.default_rng([self.seed, _LENGTH, epoch, step])
        least, most = self.frames
        return int(rng.integers(least, most + 1))


class WholeVoices(torch.utils.data.Dataset):
    """All recordings of each voice, by its number.

    Arguments
    ---------
    voices : StoredVoices
    """

    def __init__(self, voices):
        self.voices = voices

    def __len__(self):
        return len(self.voices)

    def __getitem__(self, voice):
        """A dict: `decibels`, [recordings, bands, frames]; `voice`, int."""
        decibels = torch.from_numpy(np.array(self.voices[voice]))
        return {"decibels": decibels, "voice": voice}


@lru_cache(maxsize=2)
def _order(seed, count):
    return np.random.default_rng(seed).permutation(count)
