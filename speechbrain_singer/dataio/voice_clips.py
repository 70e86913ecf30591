"""Clips of stored voices: several of each, and each voice as often."""

import numpy as np
import torch

from speechbrain_singer.checks import check_number, check_range, check_whole

_CLIPS = 2  # of each voice

# What a seed is for
_VOICES, _LENGTH, _CROP, _CHANNEL = range(4)


class VoiceClips(torch.utils.data.Dataset):
    """Two clips of a voice, of two of its recordings, by (epoch, index).

    All that is drawn is a function of seed, epoch and index. The voices of a
    step are others each, and its clips have one length. In some of the steps
    all voices are of one kind, such as one sex: these are the ones that are
    hard to tell apart. In some all clips get one channel: those of a real
    corpus often have one, which then says nothing about who sings.

    Arguments
    ---------
    voices : StoredVoices
    frames : tuple of int
        Range of the lengths.
    step : int
        Voices of a step, on all processes together.
    kinds : list
        The kind of each voice.
    one_kind, one_channel : float
        Shares of the steps with voices of one kind, and with one channel.
    seed : int

    Raises
    ------
    ValueError
        If a voice has one recording, recordings are shorter than clips, or
        there are too few voices for a step.

    Example
    -------
    >>> from types import SimpleNamespace as Some
    >>> settings = Some(recordings=3, frames=50)
    >>> class Silence(list):
    ...     settings = settings
    >>> voices = Silence(np.zeros((4, 3, 80, 50), np.float16))
    >>> clips = VoiceClips(voices, (20, 40), 2, "xyxy", 1.0, 0.0, seed=1)
    >>> [clips[3, i]["voice"] for i in range(4)]  # epoch 3
    [3, 1, 3, 1]
    >>> clips[3, 0]["decibels"].shape == clips[3, 1]["decibels"].shape
    True
    """

    def __init__(
        self, voices, frames, step, kinds, one_kind, one_channel, seed
    ):
        check_clips(voices.settings, frames, step, kinds, one_kind)
        check_number("one_channel", one_channel, least=0, most=1)
        self.groups = _groups(kinds)
        self.voices = voices
        self.one_kind = one_kind
        self.one_channel = one_channel
        self._latest = None, None
        self.frames = tuple(frames)
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
            `decibels`, [2, bands, frames], float16; `channels` and `seeds`,
            [2], of what is drawn for both, with others of the channel and of
            each alone; `voice`, int.
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
            "channels": torch.from_numpy(self._channels(epoch, index, rng)),
            "seeds": torch.from_numpy(rng.integers(2**63, size=_CLIPS)),
            "voice": voice,
        }

    def _voice(self, epoch, index):
        step, place = divmod(index, self.step)
        if self._latest[0] != (epoch, step):
            self._latest = (epoch, step), self._voices_of(epoch, step)
        return int(self._latest[1][place])

    def _voices_of(self, epoch, step):
        rng = np.random.default_rng([self.seed, _VOICES, epoch, step])
        chosen = np.concatenate(self.groups)
        if rng.random() < self.one_kind:
            # As often as there are voices of it
            shares = [len(group) / len(chosen) for group in self.groups]
            chosen = self.groups[rng.choice(len(shares), p=shares)]
        return rng.choice(chosen, self.step, replace=False)

    def _channels(self, epoch, index, rng):
        """Seeds of the channels of both clips."""
        own = rng.integers(2**63, size=_CLIPS)
        step = [self.seed, _CHANNEL, epoch, index // self.step]
        of_step = np.random.default_rng(step)
        if of_step.random() >= self.one_channel:
            return own
        return np.repeat(of_step.integers(2**63), _CLIPS)

    def _length(self, epoch, step):
        rng = np.random.default_rng([self.seed, _LENGTH, epoch, step])
        least, most = self.frames
        return int(rng.integers(least, most + 1))


def check_clips(settings, frames, step, kinds, one_kind):
    """Refuses clips that voices of some settings do not have.

    Arguments
    ---------
    settings : VoiceSettings
    frames, step, kinds, one_kind
        As `VoiceClips` takes them.

    Raises
    ------
    ValueError
        As `VoiceClips` says.

    Example
    -------
    >>> from types import SimpleNamespace as Some
    >>> settings = Some(recordings=3, frames=50)
    >>> check_clips(settings, (20, 40), step=2, kinds="xxyy", one_kind=0.5)
    """
    check_range("frames of a clip", *frames, 1, settings.frames)
    check_whole("recordings", settings.recordings, least=_CLIPS)
    check_number("one_kind", one_kind, least=0, most=1)
    groups = _groups(kinds)
    fewest = min(map(len, groups), default=0) if one_kind else len(kinds)
    check_whole("persons of a step", step, least=1, most=fewest)


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


def _groups(kinds):
    """The voices of each kind: list of np.ndarray."""
    kinds = np.array(list(kinds))
    return [np.flatnonzero(kinds == kind) for kind in np.unique(kinds)]
