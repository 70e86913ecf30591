"""Which recordings are compared: drawn, read from lists, checked."""

from speechbrain_singer.trials.flaws import find_flaws
from speechbrain_singer.trials.lists import read_trials, write_trials
from speechbrain_singer.trials.plan import TrialPlan
from speechbrain_singer.trials.trials import (
    Trials,
    all_pairs,
    can_verify,
    draw_trials,
)

__all__ = [
    "TrialPlan",
    "Trials",
    "all_pairs",
    "can_verify",
    "draw_trials",
    "find_flaws",
    "read_trials",
    "write_trials",
]
