"""Classes that many sing, tested on singers who do not train."""

from dataclasses import dataclass

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_number, check_whole
from speechbrain_singer.dataio.fold_draws import FoldsError, group_numbers
from speechbrain_singer.dataio.parts import in_parts
from speechbrain_singer.dataio.splits import Split

logger = get_logger(__name__)


@dataclass(frozen=True)
class HeldOutSingers:
    """Test singers do not train; who trains also validates, elsewhere.

    As techniques of VocalSet are split (Yamamoto, APSIPA 2023): 5 of 20
    singers test, and of the recordings of the others 40 % validate. A class
    that would not be trained on, as all of its recordings validate, trains on
    those instead.

    Arguments
    ---------
    test_singers : float or int or list of str
        As `Split` takes them, where nothing is published.
    valid_share : float
        Of the recordings, above 0 and up to 0.9.
    label : str
        The column of the classes.
    by : str
        The column whose values stay together in validation, such as recording
        or song.
    seed : int
    published : str, optional
        As `Split` takes it, such as the column `split`. Nothing is drawn if it
        has a part `valid`.

    Raises
    ------
    ValueError
        If a setting makes no sense.

    Example
    -------
    >>> rows = [
    ...     {"ID": s + t + k, "singer": s, "technique": t}
    ...     for s in "abcd" for t in ("belt", "trill") for k in "12345"
    ... ]
    >>> parts = HeldOutSingers(test_singers=["d"]).parts(rows)
    >>> {name: len(part) for name, part in parts.items()}
    {'train': 18, 'valid': 12, 'test': 10}
    """

    test_singers: float | int | list = 0.25
    valid_share: float = 0.4
    label: str = "technique"
    by: str = "recording"
    seed: int = 1234
    published: str = None

    def __post_init__(self):
        check_whole("seed", self.seed, least=0)
        share = {"least": 0, "above": True, "most": 0.9}
        check_number("valid_share", self.valid_share, **share)

    def described(self):
        """As `Split.described`."""
        return f"{self!r} {self._singers.described()}"

    @property
    def _singers(self):
        return Split(0, self.test_singers, self.seed, self.published)

    def parts(self, rows):
        """As `Split.parts`.

        Raises
        ------
        FoldsError
            If a row lacks a column, or nothing is left to validate with.
        ValueError
            As `Split.parts` does.
        """
        by_singer = self._singers.parts(rows)
        if by_singer["valid"]:
            return by_singer
        train = by_singer["train"]
        names = np.where(self._validates(train), "valid", "train")
        classes = group_numbers(train, self.label)
        trained = np.isin(classes, classes[names == "train"])
        if not trained.all():
            logger.warning(
                "%d recordings that would validate train instead, as their "
                "%ss have no others to train on",
                *((~trained).sum(), self.label),
            )
            names[~trained] = "train"
        if not (names == "valid").any():
            raise FoldsError(
                f"of {len(train)} recordings of the training singers none can "
                f"validate: each {self.label} needs two {self.by}s, or a "
                "larger valid_share"
            )
        return in_parts(train, names) | {"test": by_singer["test"]}

    def _validates(self, rows):
        """Which rows are drawn, [rows]: whole groups."""
        groups = group_numbers(rows, self.by)
        count = groups.max() + 1
        order = np.random.default_rng(self.seed).permutation(count)
        return np.isin(groups, order[: round(self.valid_share * count)])
