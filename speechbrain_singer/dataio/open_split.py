"""An open split: the singers who are tested were not trained on."""

import numpy as np
from speechbrain.utils.logger import get_logger

logger = get_logger(__name__)

# Verification needs at least one pair of different singers
LEAST_SINGERS = 2


def split_by_singer(rows, wanted, seed):
    """Splits recordings so that no singer is in two parts.

    Arguments
    ---------
    rows : list of dict
    wanted : dict
        For `test` and `valid` the size, as `Split` takes it.
    seed : int

    Returns
    -------
    parts : dict
        `train`, `valid` and `test`: lists of rows, in their former order.
    """
    singers = sorted({row["singer"] for row in rows} - {""})
    shares = [size for size in wanted.values() if is_share(size)]
    # With shares of too few singers nobody would be left to compare
    needed = LEAST_SINGERS * (1 + len(shares))
    if shares and len(singers) < needed:
        return _split_recordings(rows, wanted, seed, len(singers))

    part_of = _assign(rows, singers, wanted, seed)
    parts = in_parts(
        rows, [part_of.get(row["singer"], "train") for row in rows]
    )
    unnamed = sum(row["singer"] == "" for row in rows)
    if unnamed and any(wanted.values()):
        logger.warning("%d recordings without a singer's name train", unnamed)
    _check_training(parts, f"{len(singers)} singers", wanted)
    return parts


def in_parts(rows, names):
    """By the name of the part that each row is in, the rows of each part."""
    parts = {"train": [], "valid": [], "test": []}
    for row, name in zip(rows, names, strict=True):
        parts[name].append(row)
    return parts


def is_share(size):
    """Whether a size is a share, and not a number or names."""
    return isinstance(size, float) and size > 0


def _assign(rows, singers, wanted, seed):
    """Which singer is in which part; whoever is not named trains."""
    part_of = {}
    for part, size in wanted.items():
        if isinstance(size, list | tuple):
            for name in _resolve(size, singers, f"{part}_singers"):
                if part_of.setdefault(name, part) != part:
                    raise ValueError(f"singer {name} is in valid and in test")
    for part, size in wanted.items():
        if isinstance(size, list | tuple):
            continue
        if is_share(size):
            size = max(LEAST_SINGERS, round(size * len(singers)))
        else:
            size = int(size)
        free = [s for s in _mix(rows, singers, seed) if s not in part_of]
        part_of |= dict.fromkeys(free[:size], part)
    return part_of


def _resolve(names, singers, option):
    # YAML reads the name 09 as the number 9
    numbers = {int(name): name for name in singers if name.isdecimal()}
    for name in names:
        found = numbers.get(name) if isinstance(name, int) else name
        if found not in singers:
            raise ValueError(
                f"{option} names {name!r}, who is not among the "
                f"{len(singers)} singers: {', '.join(singers[:50])}"
            )
        yield found


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


def _split_recordings(rows, wanted, seed, singers):
    for part, size in wanted.items():
        if size and not is_share(size):
            raise ValueError(
                f"{part}_singers is {size!r}, but there are only {singers} "
                "singers; give shares below 1, which then split recordings"
            )
    order = np.random.default_rng(seed).permutation(len(rows))
    parts, first = {}, 0
    for part, size in wanted.items():
        last = first + round(size * len(rows))
        parts[part] = [rows[i] for i in sorted(order[first:last])]
        first = last
    parts["train"] = [rows[i] for i in sorted(order[first:])]
    logger.warning(
        "%d singers are too few to split by singer (these shares need %d): "
        "split by recording, %d to train, %d to validate and %d to test. "
        "Training hears the singers of validation and test, so figures there "
        "say nothing about new voices%s.",
        singers,
        LEAST_SINGERS * (1 + sum(map(is_share, wanted.values()))),
        *(len(parts[part]) for part in ("train", "valid", "test")),
        "" if singers > 1 else ", and with fewer than two there is no EER",
    )
    _check_training(parts, f"{len(rows)} recordings", wanted)
    return parts


def _check_training(parts, there, wanted):
    if not parts["train"]:
        raise ValueError(
            f"nothing is left to train on: of {there}, validation takes "
            f"{wanted['valid']!r} and test {wanted['test']!r}; take fewer"
        )
