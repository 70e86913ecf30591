"""Artist identification: some singers, named from a second of them or more."""

from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_number, check_whole
from speechbrain_singer.dataio.singer_draws import (
    Tracks,
    cut_tracks,
    draw_singers,
)
from speechbrain_singer.evaluation.contexts import (
    check_contexts,
    over_repetitions,
)
from speechbrain_singer.evaluation.predictions import spread
from speechbrain_singer.evaluation.threads import map_in_threads
from speechbrain_singer.evaluation.track_probes import Examples, probe_figures

logger = get_logger(__name__)


@dataclass(frozen=True)
class ArtistIdentification:
    """Names singers that are drawn anew each time, by a linear probe.

    As in Garoufis, Zlatintsi and Maragos, "CVSM" (2025): singers are drawn in
    proportion to their clips; their tracks, in random order, train (80 %),
    validate and test (10 % each); the probe hears single clips, and the mean of
    neighbours' probabilities names them together.

    Arguments
    ---------
    singers : int
        How many are drawn, all if there are not more.
    repetitions : int
    shares : sequence of float
        Of the training data, beside all of it; see `cut_tracks`.
    contexts : sequence of int
        Numbers of neighbouring clips; whole tracks come beside.
    seed : int

    Example
    -------
    >>> tracks = "0123456789"
    >>> rows = [{"singer": s, "recording": s + k} for s in "ab" for k in tracks]
    >>> embeddings = torch.eye(2).repeat_interleave(10, dim=0)
    >>> report = ArtistIdentification(shares=[]).run(embeddings, rows, False)
    >>> report["contexts"]["1"]["accuracy"]["mean"]
    100.0
    """

    singers: int = 50
    repetitions: int = 5
    shares: tuple = ()
    contexts: tuple = (1, 2, 5)
    seed: int = 0

    def __post_init__(self):
        check_whole("singers", self.singers, least=2)
        check_whole("repetitions", self.repetitions, least=2)
        check_whole("seed", self.seed, least=0)
        check_contexts(self.contexts)
        if not isinstance(self.shares, list | tuple):
            raise ValueError(
                f"shares: {self.shares!r}: must be a list of shares of the "
                "training data, such as [0.1, 0.5]; [] for no curve"
            )
        for share in self.shares:
            check_number("shares", share, least=0, above=True, most=1)

    def check(self, rows):
        """Refuses rows of which too little could be trained or tested.

        Arguments
        ---------
        rows : list of dict
            Of a manifest, a row a clip.

        Raises
        ------
        ValueError
            If there are fewer than two singers, or in a draw nothing is tested
            or one singer trains alone.
        """
        tracks = Tracks.of(rows)
        if len(tracks.names) < self.singers:
            logger.warning(
                "There are %d singers, not %d: all of them are drawn each time",
                *(len(tracks.names), self.singers),
            )
        for repetition in range(self.repetitions):
            draw = self._draw(tracks, repetition, 1.0)
            if draw.is_too_little:
                raise ValueError(
                    f"of {len(tracks.names)} singers with {len(tracks.first)} "
                    f"tracks {draw.said}: more singers or tracks are needed"
                )

    def run(self, embeddings, rows, progressbar=True):
        """Draws, trains and tests.

        Arguments
        ---------
        embeddings : torch.Tensor
            [clips, dim]
        rows : list of dict
            Rows of a manifest, with the column `recording`.
        progressbar : bool

        Returns
        -------
        report : dict
            `singers` and `of`, how many are drawn of how many there are;
            `contexts`: accuracy and macro F1 in percent as mean and spread over
            the repetitions, by context; `shares`: the same by share of the
            training data, without those shares that leave too little, with a
            warning; `chance` and `untrained` as `probe_figures` has them.
        """
        tracks = Tracks.of(rows)
        shares = sorted({*map(float, self.shares), 1.0})
        tasks = list(product(shares, range(self.repetitions)))
        measured = map_in_threads(
            partial(self._measure, embeddings, tracks),
            tasks,
            "Naming singers",
            progressbar,
        )
        by_share = {share: [] for share in shares}
        for (share, _), figures in zip(tasks, measured, strict=True):
            by_share[share].append(figures)
        whole = by_share[1.0]
        curves = {
            str(share): over_repetitions([own["contexts"] for own in several])
            for share, several in by_share.items()
            if None not in several
        }
        return {
            "singers": min(self.singers, len(tracks.names)),
            "of": len(tracks.names),
            "contexts": curves["1.0"],
            "shares": curves if len(curves) > 1 else {},
            **{
                name: spread([own[name] for own in whole])
                for name in ("chance", "untrained")
            },
        }

    def _measure(self, embeddings, tracks, task):
        """Figures of a draw; None if a share leaves too little to train on."""
        share, repetition = task
        draw = self._draw(tracks, repetition, share)
        if share < 1 and draw.is_too_little:
            logger.warning(
                "A share of %g of the training data is left out: in draw %d %s",
                *(share, repetition, draw.said),
            )
            return None
        kept = embeddings[torch.from_numpy(draw.chosen)]
        return probe_figures(kept, draw.examples, draw.parts, self.contexts)

    def _draw(self, tracks, repetition, share):
        rng = np.random.default_rng((self.seed, repetition))
        drawn = draw_singers(tracks.clips_of_singers, self.singers, rng)
        chosen = np.isin(tracks.singer, drawn)
        own, track = np.unique(tracks.track[chosen], return_inverse=True)
        track = track.reshape(-1)
        cut = cut_tracks(len(own), share, rng)
        examples = Examples(
            [tracks.names[number] for number in drawn],
            np.searchsorted(drawn, tracks.singer[chosen]),
            track,
        )
        return _Draw(examples, chosen, [np.isin(track, part) for part in cut])


class _Draw(NamedTuple):
    """Singers' clips, which of all these are ([clips], bool), and parts."""

    examples: Examples
    chosen: np.ndarray
    parts: list

    @property
    def trained(self):
        """How many singers train."""
        return len(np.unique(self.examples.labels[self.parts[0]]))

    @property
    def is_too_little(self):
        return self.trained < 2 or not self.parts[2].any()

    @property
    def said(self):
        return (
            f"{self.trained} train and {self.parts[2].sum()} clips are tested"
        )
