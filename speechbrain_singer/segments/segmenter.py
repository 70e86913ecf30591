"""Segmenter: who sings when, in a file of any length."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_number, check_whole
from speechbrain_singer.dataio.streams import name_of
from speechbrain_singer.inference.reader import BlockReader
from speechbrain_singer.segments.activity import (
    active_stretches,
    frame_levels,
)
from speechbrain_singer.segments.changes import cut_at_changes
from speechbrain_singer.segments.division import choose, divide
from speechbrain_singer.segments.turns import Turn
from speechbrain_singer.segments.windows import encode_windows, window_spans

logger = get_logger(__name__)

MOST_SINGERS = 10  # that are looked for where nobody says how many
# What a singer costs, by the encoder's name: set on synthesised mixtures by
# recipes/segments/evaluate.py
PENALTIES = {"synthetic": 0.47}


class Heard(NamedTuple):
    """What was heard in a recording.

    Arguments
    ---------
    spans : np.ndarray
        [pieces, 2], start and stop in seconds.
    divisions : list of Division
        One for each number of singers that was tried.
    levels : np.ndarray
        [frames], in dB, see `frame_levels`.
    """

    spans: np.ndarray
    divisions: list
    levels: np.ndarray

    def chosen(self, penalty):
        """The division of as many singers as a penalty finds."""
        return choose(self.divisions, penalty, np.ptp(self.spans, axis=1).sum())

    def turns(self, division):
        """The turns of a division; singers are numbered as they come in.

        Returns
        -------
        turns : list of Turn
            By time. Between them nobody sings.
        """
        turns, numbers = [], {}
        for (start, stop), label in zip(
            self.spans.tolist(), division.labels.tolist(), strict=True
        ):
            name = numbers.setdefault(label, str(len(numbers) + 1))
            if turns and turns[-1][1:] == (start, name):
                start = turns.pop().start
            turns.append(Turn(start, stop, name))
        return turns


@dataclass(frozen=True)
class Segmenter:
    """Tells apart singers who take turns in one recording.

    Windows of 2 s are embedded every 0.25 s, but for rests. Stretches are cut
    where the voice changes, and the pieces are clustered. Where two sing at
    once, one of them is found.

    Arguments
    ---------
    encoder : object
        With `sample_rate` and `encode_batch` ([batch, time] to [batch, 1,
        dim]), such as a `SingerEncoder` or a baseline.
    penalty : float, optional
        What a singer costs, see `division.choose`. The higher, the fewer are
        found. Needed where nobody says how many sing.
    window, hop : float
        Length of a window, and from one to the next, in seconds.

    Raises
    ------
    ValueError
        If a number cannot be.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.baselines.mfcc import MFCCStatistics
    >>> rng = np.random.default_rng(0)
    >>> hiss = rng.normal(0, 0.1, 4 * 44100)
    >>> rumble = np.convolve(hiss, np.ones(20) / 4, "same")
    >>> path = getfixture("tmp_path") / "duet.wav"
    >>> soundfile.write(path, np.concatenate([hiss, rumble]), 44100)
    >>> segmenter = Segmenter(MFCCStatistics())
    >>> [turn.singer for turn in segmenter.find(path, singers=2)]
    ['1', '2']
    """

    encoder: object
    penalty: float = None
    window: float = 2.0
    hop: float = 0.25

    def __post_init__(self):
        check_number("window in s", self.window, least=0.2, most=60)
        check_number("hop in s", self.hop, least=0.05, most=self.window / 2)
        if self.penalty is not None:
            check_number("penalty", self.penalty, least=0)

    def find(self, path, singers=None, progressbar=False):
        """Who sings when in a file.

        Memory grows by some 50 MB an hour; the audio is read twice.

        Arguments
        ---------
        path : str or Path
        singers : int, optional
            How many sing; found by the penalty if left out. If fewer are told
            apart, a warning says so.
        progressbar : bool

        Returns
        -------
        turns : list of Turn
            By time, with singers 1, 2, ... as they come in.

        Raises
        ------
        AudioError
            If the file cannot be read, is silent or too short.
        ValueError
            If neither `singers` nor a penalty is given.
        """
        heard = self.listen(path, singers, progressbar)
        return heard.turns(heard.chosen(self.penalty or 0.0))

    def listen(self, path, singers=None, progressbar=False):
        """As `find`, but what was heard.

        Returns
        -------
        heard : Heard
            With one division, or one for each number of singers up to 10.
        """
        self._check(singers)
        reader = BlockReader(self.encoder.sample_rate)
        return self._listen(
            *(name_of(path), lambda: reader.from_file(path)),
            *(singers, progressbar),
        )

    def listen_to(self, waveform, sample_rate, singers=None):
        """As `listen`, to a waveform, [time] or [channels, time]."""
        self._check(singers)
        reader = BlockReader(self.encoder.sample_rate)
        ((name, blocks),) = reader.from_waveform(waveform, sample_rate)
        blocks = list(blocks)
        return self._listen(name, lambda: blocks, singers, False)

    def _check(self, singers):
        if singers is not None:
            check_whole("number of singers", singers, least=1, most=1000)
        elif self.penalty is None:
            raise ValueError(
                "how many sing? Give the number of singers; or a penalty, "
                "which recipes/segments/evaluate.py finds for an encoder"
            )

    def _listen(self, name, read, singers, progressbar):
        levels = frame_levels(read(), self.encoder.sample_rate)
        stretches = active_stretches(levels, name)
        spans = window_spans(stretches, self.window, self.hop)
        windows = encode_windows(self.encoder, read(), spans, progressbar)
        pieces = cut_at_changes(windows, stretches)
        counts = range(1, MOST_SINGERS + 1) if singers is None else [singers]
        divisions = divide(pieces, counts)
        found = divisions[-1].singers
        if singers is not None and found < singers:
            logger.warning("%s: of %d singers %d found", name, singers, found)
        return Heard(pieces.spans, divisions, levels)
