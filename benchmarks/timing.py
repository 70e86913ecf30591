"""Times several ways of doing the same, in turns."""

import time


def best_seconds(functions, rounds=5, clock=time.perf_counter):
    """Best time of each function, in seconds.

    They take turns, so that a busy moment of the machine hits all of them,
    and a first round warms up.

    Arguments
    ---------
    functions : dict
        Functions without arguments, by name.
    rounds : int
    clock : callable
        `time.process_time` of what runs in one thread beside others.

    Returns
    -------
    seconds : dict
        By the same names.
    """
    seconds = dict.fromkeys(functions, float("inf"))
    for round_ in range(rounds + 1):
        for name, function in functions.items():
            start = clock()
            function()
            took = clock() - start
            if round_ > 0:
                seconds[name] = min(seconds[name], took)
    return seconds


def print_table(seconds, baseline, unit=1.0):
    """One line each: milliseconds per unit, and how often that is faster."""
    for name, took in seconds.items():
        print(
            f"{name:<44}{1000 * took / unit:8.2f} ms"
            f"{seconds[baseline] / took:7.1f} x"
        )
