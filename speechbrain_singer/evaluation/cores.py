"""Work that is spread over the cores, one piece a core."""

from concurrent.futures import ThreadPoolExecutor

import torch
from threadpoolctl import threadpool_limits
from tqdm import tqdm


def one_a_core(function, items, description, unit="it", progressbar=True):
    """What a function makes of each of the items, in their order.

    Several threads within one small piece of work wait for each other more
    than they work, a hundred times longer where another program wants the
    cores too; so each piece has one.

    Arguments
    ---------
    function : callable
        Of an item; called in other threads, several at once.
    items : sequence
    description, unit : str
        Of the progress bar.
    progressbar : bool

    Returns
    -------
    results : list

    Example
    -------
    >>> one_a_core(abs, [-1, 2], "Absolute values", progressbar=False)
    [1, 2]
    """
    threads = torch.get_num_threads()
    pool = ThreadPoolExecutor(
        threads, initializer=torch.set_num_threads, initargs=(1,)
    )
    # torch's threads are limited by the initialiser, SciPy's like this
    with threadpool_limits(1, user_api="blas"), pool:
        done = pool.map(function, items)
        return list(
            tqdm(
                done,
                description,
                total=len(items),
                unit=unit,
                disable=not progressbar,
            )
        )
