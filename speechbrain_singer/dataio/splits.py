"""Splits a corpus into training, validation and test."""

from dataclasses import dataclass, replace
from numbers import Integral, Real

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.names import composed
from speechbrain_singer.dataio.parts import (
    PARTS,
    in_parts,
    list_digest,
    published_parts,
)

logger = get_logger(__name__)

# Verification needs at least one pair of different singers
LEAST_SINGERS = 2


@dataclass(frozen=True)
class Split:
    """Says which singers train, validate and test: no singer is in two parts.

    This is an open set. A closed one, where each singer is in all parts with
    other recordings, is `FoldSplit(Folds(by="recording"))`.

    Without singers to tell apart (no labels, one singer, or too few for the
    shares asked for) the recordings themselves are split, with a warning.
    Recordings without a singer's name train.

    Arguments
    ---------
    valid_singers : float or int or list of str
        Below 1 the share of the singers, but at least two of them; from 1 on
        how many; or their names, where an int means the singer 9 or 09. 0 for
        no validation.
    test_singers : float or int or list of str
        Likewise. The test singers stay the same whatever `valid_singers` is.
    seed : int
    published : str, optional
        Parts that others have published: the column that holds the corpus's
        own, train, valid or test; or the path of a list, see `dataio.parts`.
        Only validation is drawn, from the training singers, if the parts have
        none. A singer may be in two of them, which is told.

    Example
    -------
    >>> rows = [{"singer": name} for name in "ABCDE" * 5]
    >>> parts = Split(valid_singers=0.4, test_singers=["A"]).parts(rows)
    >>> {name: len(part) for name, part in parts.items()}
    {'train': 10, 'valid': 10, 'test': 5}
    """

    valid_singers: float | int | list = 0.2
    test_singers: float | int | list = 0.2
    seed: int = 1234
    published: str = None

    def __post_init__(self):
        check_whole("seed", self.seed, least=0)
        for part, size in self._wanted.items():
            _check_size(f"{part}_singers", size)

    @property
    def _wanted(self):
        return {"test": self.test_singers, "valid": self.valid_singers}

    def described(self):
        """All that the parts depend on besides the rows, as text."""
        return f"{self!r} {list_digest(self.published)}"

    def parts(self, rows):
        """Splits the rows of a manifest.

        Arguments
        ---------
        rows : list of dict
            With `singer`, "" where unknown. If they have `sex` too, the parts
            get the sexes in the corpus's proportion.

        Returns
        -------
        parts : dict
            `train`, `valid` and `test`: lists of rows, in their former order.

        Raises
        ------
        ValueError
            If a size is more than there are, names a singer who is not there,
            or leaves nothing to train on; if the column of published parts is
            missing, empty, or holds other parts than these.
        """
        if self.published is not None:
            return self._published(rows)
        wanted = self._wanted
        singers = sorted({row["singer"] for row in rows} - {""})
        # With shares of too few singers nobody would be left to compare
        if len(singers) < _needed(wanted):
            there = f"{len(rows)} recordings"
            names = _by_recording(len(rows), singers, wanted, self.seed)
        else:
            there = f"{len(singers)} singers"
            names = _by_singer(rows, singers, wanted, self.seed)
        parts = in_parts(rows, names)
        if not parts["train"]:
            raise ValueError(
                f"nothing is left to train on: of {there}, validation takes "
                f"{self.valid_singers!r} and test {self.test_singers!r}; take "
                "fewer"
            )
        return parts

    def _published(self, rows):
        parts = published_parts(rows, self.published)
        _report_shared(self.published, parts)
        if parts["valid"] or not self.valid_singers:
            return parts
        drawn = replace(self, published=None, test_singers=0)
        return drawn.parts(parts["train"]) | {"test": parts["test"]}


def _report_shared(published, parts):
    """Warns of singers who train and are in another part too."""
    train, *others = (
        {row.get("singer", "") for row in rows} - {""}
        for rows in parts.values()
    )
    shared = train.intersection(set().union(*others))
    if shared:
        logger.warning(
            "%s: %d of %d singers who train are in validation or test too: "
            "figures there say nothing about new voices",
            *(published, len(shared), len(train)),
        )


def _is_named(size):
    """Whether a size is a list of singers."""
    return isinstance(size, list | tuple)


def _is_share(size):
    """Whether a size is a share of the singers."""
    is_whole = isinstance(size, Integral)
    return isinstance(size, Real) and not is_whole and size > 0


def _needed(wanted):
    """How many singers it takes to split them by shares; 0 without shares."""
    shares = sum(map(_is_share, wanted.values()))
    return LEAST_SINGERS * (1 + shares) if shares else 0


def _check_size(name, size):
    whole = isinstance(size, Integral)
    number = isinstance(size, Real) and not isinstance(size, bool)
    fits = number and (0 <= size if whole else 0 <= size < 1)
    if not (fits or _is_named(size)):
        raise ValueError(
            f"{name} is {size!r}; it must be a share below 1 (0.2), a number "
            "of singers (4), or a list of their names"
        )


def _by_singer(rows, singers, wanted, seed):
    """The name of the part of each row; singers who are not drawn train."""
    part_of = {}
    for part, size in wanted.items():
        if _is_named(size):
            for name in _resolve(size, singers, f"{part}_singers"):
                if part_of.setdefault(name, part) != part:
                    raise ValueError(
                        f"the singer {name!r} is named in valid_singers and in "
                        "test_singers: take it out of one of them"
                    )
    for part, size in wanted.items():
        if _is_share(size):
            size = max(LEAST_SINGERS, round(size * len(singers)))
        elif not _is_named(size) and size > len(singers):
            raise ValueError(
                f"{part}_singers is {size}, but there are {len(singers)} "
                "singers: take fewer"
            )
        if not _is_named(size):
            free = [s for s in _mix(rows, singers, seed) if s not in part_of]
            part_of |= dict.fromkeys(free[: int(size)], part)
    unnamed = sum(row["singer"] == "" for row in rows)
    if unnamed and any(wanted.values()):
        logger.warning("%d recordings without a singer's name train", unnamed)
    return [part_of.get(row["singer"], "train") for row in rows]


def _resolve(names, singers, option):
    """The singers that are meant, in whichever form of Unicode."""
    for name in names:
        found = [s for s in singers if composed(s) == composed(str(name))]
        if not found and _is_number(name):
            # Programs have the number 9 where a folder is named 09
            found = [s for s in singers if s.isdecimal() and int(s) == name]
            if len(found) > 1:
                raise ValueError(
                    f"{option} names the number {name}, and there are singers "
                    f"{', '.join(found)}: write the name, in quotes"
                )
        if not found:
            raise ValueError(
                f"{option} names {name!r}, who is not among the "
                f"{len(singers)} singers: {', '.join(singers[:50])}"
            )
        yield from found


def _is_number(name):
    return isinstance(name, Integral) and not isinstance(name, bool)


def _mix(rows, singers, seed):
    """Shuffles singers so that any stretch of them has both sexes evenly."""
    generator = np.random.default_rng(seed)
    sexes = {r["singer"]: r.get("sex", "") for r in rows if r["singer"]}
    order = []
    for sex in sorted(set(sexes.values())):
        group = [name for name in singers if sexes[name] == sex]
        places = (np.arange(len(group)) + generator.random()) / len(group)
        order += zip(places, generator.permutation(group), strict=True)
    return [str(name) for _, name in sorted(order)]


def _by_recording(count, singers, wanted, seed):
    """The name of the part of each of so many rows, whoever sings."""
    for part, size in wanted.items():
        if size and not _is_share(size):
            raise ValueError(
                f"{part}_singers is {size!r}, but there are only "
                f"{len(singers)} singers; give shares below 1, which then "
                "split recordings"
            )
    order = np.random.default_rng(seed).permutation(count)
    names = np.full(count, "train")
    for part, size in wanted.items():
        chosen, order = np.split(order, [round(size * count)])
        names[chosen] = part
    names = names.tolist()
    logger.warning(
        "%d singers are too few to split by singer (these shares need %d): "
        "split by recording, %d to train, %d to validate and %d to test. "
        "Training hears the singers of validation and test, so figures there "
        "say nothing about new voices%s.",
        *(len(singers), _needed(wanted), *map(names.count, PARTS)),
        "" if len(singers) > 1 else ", and with fewer than two there is no EER",
    )
    return names
