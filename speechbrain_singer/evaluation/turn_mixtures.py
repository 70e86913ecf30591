"""Mixtures of singers who take turns: who sings when is known exactly."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch

from speechbrain_singer.checks import check_range, check_whole
from speechbrain_singer.dataio.audio import (
    AudioError,
    open_audio,
    read_open,
    resampler,
)
from speechbrain_singer.dataio.reading import (
    FLOOR,
    FRAMES_PER_SECOND,
    SOUNDING,
    sounding_frames,
)
from speechbrain_singer.dataio.stretches import stretches
from speechbrain_singer.segments.turns import Turn

_LEVEL = 0.1  # root mean square of each excerpt
_FADE = 0.05  # s, at both ends of an excerpt; of a change without rest, over it
_REST = 0.3  # s; a singer's turn goes on over what is shorter
_GAP = 0.1  # s; what is shorter, from singer to singer, is no rest


class Mixture(NamedTuple):
    """A recording in which singers take turns.

    Arguments
    ---------
    waveform : np.ndarray
        [time], float32.
    turns : list of Turn
    """

    waveform: np.ndarray
    turns: list


@dataclass(frozen=True)
class TurnMixtures:
    """Draws mixtures from the recordings of a manifest.

    Every singer has as many excerpts, each of another recording while there
    are some left, without the silence at its ends and all at one level. Nobody
    follows himself. Half of the changes have a rest, the others a crossfade of
    50 ms, in the middle of which one turn ends and the next begins. A singer
    who rests for 0.3 s or more within an excerpt has two turns.

    Arguments
    ---------
    turns : int
        Excerpts of each singer.
    shortest, longest : float
        Length of an excerpt in s; shorter where the recording is.
    longest_rest : float
        Rests between excerpts last up to so many seconds.
    sample_rate : int
        Of the mixtures, in Hz.
    seed : int

    Raises
    ------
    ValueError
        If a value cannot be.
    """

    turns: int = 3
    shortest: float = 2.0
    longest: float = 6.0
    longest_rest: float = 1.0
    sample_rate: int = 44100
    seed: int = 1234

    def __post_init__(self):
        check_whole("turns of each singer", self.turns, least=1)
        check_range("excerpts in s", self.shortest, self.longest, 0.5, 600)
        check_range("rests in s", 0.0, self.longest_rest, most=60)

    def draw(self, rows, singers, number):
        """One mixture, a function of the seed and its number.

        Arguments
        ---------
        rows : list of dict
            Of a manifest.
        singers : int
            How many sing.
        number : int
            Another one is another mixture.

        Returns
        -------
        mixture : Mixture

        Raises
        ------
        ValueError
            If the manifest has fewer singers.
        AudioError
            If a recording cannot be read.
        """
        generator = np.random.default_rng([self.seed, singers, number])
        of_singer = {}
        for row in rows:
            of_singer.setdefault(row["singer"], []).append(row)
        if not 1 <= singers <= len(of_singer):
            raise ValueError(
                f"mixtures of {singers} singers: the recordings have "
                f"{len(of_singer)}: ask for fewer"
            )
        names = sorted(of_singer)
        chosen = [
            names[own]
            for own in generator.choice(len(names), singers, replace=False)
        ]
        songs = {name: _endless(of_singer[name], generator) for name in chosen}
        line = _Line(self.sample_rate)
        for name in _order(chosen, self.turns, generator):
            line.rest(self._rest(generator))
            line.sing(name, self._excerpt(next(songs[name]), generator))
        return line.mixture()

    def _rest(self, generator):
        return generator.uniform(0.1, self.longest_rest) * generator.integers(2)

    def _excerpt(self, row, generator):
        """A stretch of a recording, [time], without silence at its ends."""
        with open_audio(row["wav"]) as file:
            frames = row["stop"] - row["start"]
            samples = read_open(file, row["start"], frames)
            rate = file.samplerate
        found = _sounding(samples, rate)
        if not len(found):
            raise AudioError(f"{row['wav']}: silent: nothing to take from it")
        first, last = found[0, 0], found[-1, 1]
        seconds = generator.uniform(self.shortest, self.longest)
        length = min(round(seconds * rate), last - first)
        first += generator.integers(last - first - length + 1)
        samples = torch.from_numpy(samples[first : first + length])
        return resampler(rate, self.sample_rate)(samples).numpy()


class _Line:
    """A mixture as it grows: what was sung so far, and by whom."""

    def __init__(self, rate):
        self.rate = rate
        self.waveform = np.zeros(0, np.float32)
        self.turns = []
        self.fade = round(_FADE * rate)

    def rest(self, seconds):
        """Silence; without any the next excerpt comes in over the last."""
        if seconds:
            rest = np.zeros(self.fade + round(seconds * self.rate), np.float32)
            self.waveform = np.concatenate([self.waveform, rest])

    def sing(self, singer, samples):
        """An excerpt, faded in and out."""
        level = np.sqrt(np.mean(np.square(samples, dtype=float)))
        samples = samples * np.float32(_LEVEL / level)
        ramp = np.linspace(0, 1, self.fade, dtype=np.float32)
        samples[: self.fade] *= ramp
        samples[-self.fade :] *= ramp[::-1]
        start = max(0, len(self.waveform) - self.fade)
        grown = np.zeros(start + len(samples), np.float32)
        grown[: len(self.waveform)] = self.waveform
        grown[start:] += samples
        self.waveform = grown
        spans = (start + _sounding(samples, self.rate)) / self.rate
        turns = [Turn(*span, singer) for span in spans.tolist()]
        if self.turns and turns and turns[0].start - self.turns[-1].stop < _GAP:
            self._meet(turns)
        self.turns += turns

    def _meet(self, turns):
        """One ends where the other begins: a change is one moment."""
        middle = (self.turns[-1].stop + turns[0].start) / 2
        self.turns[-1] = self.turns[-1]._replace(stop=middle)
        turns[0] = turns[0]._replace(start=middle)

    def mixture(self):
        return Mixture(self.waveform, self.turns)


def _sounding(samples, rate):
    """Where it sounds, [stretches, 2] in samples."""
    size = rate // FRAMES_PER_SECOND
    threshold = max(SOUNDING * np.abs(samples).max(), FLOOR)
    sounds = sounding_frames(samples, size, threshold)
    return stretches(sounds, round(_REST * FRAMES_PER_SECOND), 2) * size


def _endless(rows, generator):
    """The rows in random order, again and again."""
    while True:
        for place in generator.permutation(len(rows)):
            yield rows[place]


def _order(names, turns, generator):
    """Names, each as often, and none after itself if there are several."""
    order = []
    while len(order) < turns * len(names):
        once = [names[place] for place in generator.permutation(len(names))]
        if len(names) > 1 and order and once[0] == order[-1]:
            once.append(once.pop(0))
        order += once
    return order
