"""The sex of singers whom a probe has not heard."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.fold_draws import select
from speechbrain_singer.dataio.singer_draws import Tracks
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.evaluation.contexts import (
    check_contexts,
    over_repetitions,
)
from speechbrain_singer.evaluation.predictions import spread
from speechbrain_singer.evaluation.threads import map_in_threads
from speechbrain_singer.evaluation.track_probes import Examples, probe_figures
from speechbrain_singer.numbering import sorted_numbers
from speechbrain_singer.seeding import derive_seed

logger = get_logger(__name__)

LEAST_SINGERS = 6  # two in each part, as `Split` asks for


@dataclass(frozen=True)
class SexOfSingers:
    """Tells the sex by a linear probe, singers being in one part only.

    A tenth of the singers validates and a tenth is tested. The published
    splits (CVSM) are not given away; here they are drawn.

    Arguments
    ---------
    splits : int
    contexts : sequence of int
        Numbers of neighbouring clips; whole tracks come beside.
    seed : int

    Example
    -------
    >>> rows = [{"ID": s, "singer": s, "recording": s} for s in "abcdefgh"]
    >>> rows = [row | {"sex": "fm"[row["ID"] > "d"]} for row in rows]
    >>> embeddings = torch.eye(2).repeat_interleave(4, dim=0)
    >>> report = SexOfSingers(splits=2).run(embeddings, rows, False)
    >>> report["contexts"]["1"]["accuracy"]["mean"]
    100.0
    """

    splits: int = 10
    contexts: tuple = (1, 2, 5)
    seed: int = 0

    def __post_init__(self):
        check_whole("splits", self.splits, least=2)
        check_whole("seed", self.seed, least=0)
        check_contexts(self.contexts)

    def run(self, embeddings, rows, progressbar=True):
        """Splits, trains and tests.

        Arguments
        ---------
        embeddings : torch.Tensor
            [clips, dim]
        rows : list of dict
            Rows of a manifest; those without a `sex` take no part.
        progressbar : bool

        Returns
        -------
        report : dict
            `singers`; `contexts`: accuracy and macro F1 in percent as mean and
            spread over the splits, by context; `chance`. Or the reason why it
            is `left_out`.
        """
        known = np.array([bool(row.get("sex")) for row in rows])
        rows = select(rows, known)
        reason = _reason(rows)
        if reason:
            return _left_out(reason)
        names, labels = sorted_numbers([row["sex"] for row in rows])
        examples = Examples(names, labels, Tracks.of(rows).track)
        kept = embeddings
        if not known.all():
            kept = embeddings[torch.from_numpy(known)]
        try:
            measured = map_in_threads(
                partial(self._measure, kept, examples, rows),
                range(self.splits),
                "Telling the sex",
                progressbar,
            )
        except ValueError as error:
            return _left_out(str(error))
        return {
            "singers": len({row["singer"] for row in rows}),
            "contexts": over_repetitions([own["contexts"] for own in measured]),
            "chance": spread([own["chance"] for own in measured]),
        }

    def _measure(self, embeddings, examples, rows, number):
        split = Split(0.1, 0.1, derive_seed(self.seed, number))
        parts = [
            {row["singer"] for row in part}
            for part in split.parts(rows).values()
        ]
        singers = [row["singer"] for row in rows]
        masks = [np.array([s in part for s in singers]) for part in parts]
        return probe_figures(embeddings, examples, masks, self.contexts)


def _reason(rows):
    """Why it cannot be asked; None if it can."""
    sexes = {row["sex"] for row in rows}
    if len(sexes) < 2:
        return f"{len(sexes) or 'no'} sex is known, and two are needed"
    singers = len({row["singer"] for row in rows})
    if singers < LEAST_SINGERS:
        return f"{singers} singers are too few to split: {LEAST_SINGERS}"
    return None


def _left_out(reason):
    logger.warning("The sex is not asked for: %s", reason)
    return {"left_out": reason}
