"""Seeds with names: each random draw has its own, derived from one."""

import numpy as np


def derive_seed(*keys):
    """A seed that is a function of its keys, and looks random in each.

    Arguments
    ---------
    *keys : int
        Non-negative integers, such as (seed, epoch, step).

    Returns
    -------
    seed : int
        Below 2**63, as `torch.Generator.manual_seed` takes it.

    Example
    -------
    >>> derive_seed(1234, 1) == derive_seed(1234, 1)
    True
    >>> derive_seed(1234, 1) == derive_seed(1234, 2)
    False
    """
    state = np.random.SeedSequence(keys).generate_state(1, np.uint64)
    return int(state[0] >> np.uint64(1))
