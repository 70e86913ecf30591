"""Work that is spread over threads, each on a core of its own."""

from concurrent.futures import ThreadPoolExecutor

import torch
from threadpoolctl import threadpool_limits
from tqdm import tqdm


def map_in_threads(function, items, description, progressbar=True):
    """What a function makes of each of the items, in their order.

    The threads of torch and BLAS within one small task wait for each other
    longer than they work, a hundred times longer on a busy machine. So each
    task has one thread, and several tasks run at once.

    Arguments
    ---------
    function : callable
        Of an item; called in other threads, several at once.
    items : sequence
    description : str
        Of the progress bar.
    progressbar : bool

    Returns
    -------
    results : list
    """
    threads = torch.get_num_threads()
    pool = ThreadPoolExecutor(
        threads, initializer=torch.set_num_threads, initargs=(1,)
    )
    # torch's threads are limited by the initialiser, SciPy's like this
    with threadpool_limits(1, user_api="blas"), pool:
        results = tqdm(
            pool.map(function, items),
            description,
            total=len(items),
            disable=not progressbar,
        )
        return list(results)
