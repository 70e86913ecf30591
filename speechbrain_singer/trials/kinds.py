"""Whether trials of both kinds can be had, before any are made."""

from speechbrain_singer.checks import check_whole
from speechbrain_singer.trials.rules import TrialRules

# 2.4 GB of them; so many are asked for by mistake
MAX_TRIALS = 2**28


def described(same, different):
    """How recordings agree and differ, as ` with the same sex`; or nothing."""
    columns = [f"the same {name}" for name in same]
    columns += [f"a different {name}" for name in different]
    return f" with {' and '.join(columns)}" if columns else ""


def check_all_pairs(rows, same=(), different=()):
    """Refuses what `TrialPlan.make` would refuse of `all_pairs`.

    Raises
    ------
    ValueError
        As `all_pairs` does, or if there are no trials of both kinds.

    Example
    -------
    >>> check_all_pairs([{"singer": "ann"}, {"singer": "ann"}])
    Traceback (most recent call last):
    ValueError: all_pairs: 1 trials of the same singer among 1, and both \
kinds are needed (see --same and --different)
    """
    kinds = TrialRules(rows, same, different).count_kinds(MAX_TRIALS)
    if sum(kinds) > MAX_TRIALS:
        raise too_many(rows)
    check_both_kinds("all_pairs", *kinds, same, different)


def too_many(rows):
    """The error of more than `MAX_TRIALS` pairs."""
    return ValueError(
        f"more than {MAX_TRIALS} pairs of {len(rows)} recordings: draw some "
        "of them (--trials balanced)"
    )


def check_both_kinds(name, two_singers, one_singer, same=(), different=()):
    """Refuses trials of one kind only, of which these are the numbers."""
    if not (two_singers and one_singer):
        raise ValueError(
            f"{name}: {one_singer} trials of the same singer among "
            f"{two_singers + one_singer}{described(same, different)}, and both "
            "kinds are needed (see --same and --different)"
        )


def check_drawn(rows, same=(), different=()):
    """Refuses what `draw_trials` would, without drawing.

    Raises
    ------
    ValueError
        If a column is missing, or there is no trial of one kind.

    Example
    -------
    >>> check_drawn([{"singer": "ann"}, {"singer": "ann"}])
    Traceback (most recent call last):
    ValueError: no two recordings of two singers: ask for fewer columns in \
`same` and `different`, or add recordings
    """
    for kind, rules in rules_by_kind(rows, same, different).items():
        if not any(rules.count_kinds(most=0)):
            raise none_of(kind, same, different)


def check_count(count):
    """Refuses a number of balanced trials that cannot be halved."""
    check_whole("trial_count", count, least=2, most=MAX_TRIALS)
    if count % 2:
        raise ValueError(
            f"trial_count: {count}: must be even, as half of the trials are of "
            "one singer"
        )


def rules_by_kind(rows, same, different):
    """The `TrialRules` of balanced trials, by how many singers they are of."""
    return {
        "two singers": TrialRules(rows, same, ("singer", *different)),
        "one singer": TrialRules(rows, ("singer", *same), different),
    }


def none_of(kind, same, different):
    """The error of no trial of a kind."""
    return ValueError(
        f"no two recordings of {kind}{described(same, different)}: ask for "
        "fewer columns in `same` and `different`, or add recordings"
    )
