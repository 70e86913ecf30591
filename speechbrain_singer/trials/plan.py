"""The trials that a YAML asks for: all pairs, drawn, or read from a list."""

import os
from dataclasses import dataclass

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.manifest import check_columns, column_names
from speechbrain_singer.trials.flaws import find_flaws
from speechbrain_singer.trials.kinds import (
    check_all_pairs,
    check_both_kinds,
    check_count,
    check_drawn,
)
from speechbrain_singer.trials.lists import parse_trials, read_trials
from speechbrain_singer.trials.trials import all_pairs, draw_trials

logger = get_logger(__name__)


@dataclass(frozen=True)
class TrialPlan:
    """Says which trials an evaluation has.

    Arguments
    ---------
    kind : str
        `all_pairs`, `balanced` (see `draw_trials`), or the path of a list.
    same, different : sequence of str or str
        Columns in which the recordings of a trial agree and differ, as a list
        or as `sex,register`. A list of trials is not restricted by them.
    count : int
        Of balanced trials.
    seed : int
        Of balanced trials.
    data_folder : str or Path, optional
        What the paths in a list are relative to.
    drop_flaws : bool
        Whether a list's trials with flaws are left out; see `find_flaws`.

    Raises
    ------
    ValueError
        If a setting is not as said.

    Example
    -------
    >>> rows = [{"singer": s, "song": str(i)} for i, s in enumerate("aabb")]
    >>> TrialPlan("all_pairs").make(rows).labels.sum()
    np.int64(2)
    """

    kind: str = "all_pairs"
    same: tuple = ()
    different: tuple = ("song",)
    count: int = 20000
    seed: int = 0
    data_folder: str = None
    drop_flaws: bool = False

    def __post_init__(self):
        for name in ("same", "different"):
            columns = column_names(name, getattr(self, name))
            object.__setattr__(self, name, columns)
        check_count(self.count)
        check_whole("seed", self.seed, least=0)
        if not (self.kind and isinstance(self.kind, str | os.PathLike)):
            raise ValueError(
                f"trials: {self.kind!r}: must be all_pairs, balanced, or the "
                "path of a list"
            )

    @property
    def is_list(self):
        """Whether the trials are read from a file."""
        return self.kind not in ("all_pairs", "balanced")

    def check(self, rows, unusable=()):
        """Refuses what would fail once the embeddings are there.

        Arguments
        ---------
        rows, unusable
            As `make` takes them.

        Raises
        ------
        FileNotFoundError
            If there is no such list.
        ValueError
            If the rows lack a column, there are no trials of both kinds, or
            the list cannot be read.
        """
        asked = rows, self.same, self.different
        check_columns(rows, (*self.same, *self.different))
        if self.is_list:
            parse_trials(self.kind, rows + list(unusable), self.data_folder)
        elif self.kind == "balanced":
            check_drawn(*asked)
        else:
            check_all_pairs(*asked)

    def make(self, rows, unusable=()):
        """Builds, draws or reads the trials.

        Arguments
        ---------
        rows : list of dict
            Rows of a manifest.
        unusable : sequence of dict
            Rows of recordings that are not measured: a list's trials of them
            are left out, with a warning.

        Returns
        -------
        trials : Trials

        Raises
        ------
        FileNotFoundError
            If there is no such list.
        ValueError
            If a list cannot be read, or there are no trials of both kinds.
        """
        if self.is_list:
            trials = self._read(rows, list(unusable))
        elif self.kind == "balanced":
            trials = draw_trials(
                rows, self.count, self.same, self.different, self.seed
            )
        else:
            trials = all_pairs(rows, self.same, self.different)
        alike = int(trials.labels.sum())
        kinds = len(trials.labels) - alike, alike
        check_both_kinds(self.kind, *kinds, self.same, self.different)
        return trials

    def _read(self, rows, unusable):
        listed = read_trials(self.kind, rows + unusable, self.data_folder)
        trials = listed.among(np.arange(len(rows) + len(unusable)) < len(rows))
        left_out = len(listed.labels) - len(trials.labels)
        if left_out:
            logger.warning(
                "%s: %d of %d trials are left out: their recordings cannot be "
                "used (see skipped.csv and the warnings), or are of another "
                "part of the corpus",
                *(self.kind, left_out, len(listed.labels)),
            )
        flaws = find_flaws(trials, rows)
        logger.info("%s: %d trials, %s", self.kind, len(trials.labels), flaws)
        return trials.select(~flaws.flawed) if self.drop_flaws else trials
