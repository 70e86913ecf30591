"""Which clips make up which batch: over processes, epochs and restarts."""

import torch
from torch.utils.data import DataLoader, Sampler

from speechbrain_singer.checks import check_whole
from speechbrain_singer.distributed import own_share


class ClipBatches(Sampler):
    """Batches of (epoch, index) keys for `ClipPairs` or `RandomClips`.

    Each process gets its own part of every global batch, which has
    `world_size * batch_size` keys. Keys that do not fill a global batch are
    dropped, so that all processes have equally many.

    Arguments
    ---------
    clips_per_epoch : int
        Keys of all processes together.
    batch_size : int
        Keys of one process.
    rank : int
    world_size : int

    Raises
    ------
    ValueError
        If an epoch is too short for one batch, or a number makes no sense.

    Example
    -------
    >>> batches = ClipBatches(clips_per_epoch=8, batch_size=2, world_size=2)
    >>> batches.set_epoch(3)
    >>> list(batches)
    [[(3, 0), (3, 1)], [(3, 4), (3, 5)]]
    >>> batches.resume_at(1)
    >>> list(batches)
    [[(3, 4), (3, 5)]]
    """

    def __init__(self, clips_per_epoch, batch_size, rank=0, world_size=1):
        check_whole("clips or pairs of an epoch", clips_per_epoch, least=1)
        check_whole("batch_size", batch_size, least=1)
        if clips_per_epoch < batch_size * world_size:
            raise ValueError(
                f"an epoch of {clips_per_epoch} clips has no batch of "
                f"{batch_size} clips on each of {world_size} processes"
            )
        self.batch_size = batch_size
        self.rank = rank
        self.world_size = world_size
        self.batches = clips_per_epoch // (batch_size * world_size)
        self.epoch = 0
        self._first = 0

    def set_epoch(self, epoch):
        """Says which epoch the next pass is; SpeechBrain's Brain calls this."""
        self.epoch = epoch

    def resume_at(self, batch):
        """Lets the next pass, and only that one, begin at this batch."""
        self._first = batch

    def __len__(self):
        """Batches of a whole epoch, whether or not a pass begins within it."""
        return self.batches

    def __iter__(self):
        first, self._first = self._first, 0
        for batch in range(first, self.batches):
            start = (batch * self.world_size + self.rank) * self.batch_size
            yield [(self.epoch, start + i) for i in range(self.batch_size)]


def clip_loader(clips, clips_per_epoch, batch_size, num_workers=0, share=None):
    """Loads batches of random clips, or of pairs of them.

    Arguments
    ---------
    clips : torch.utils.data.Dataset
        `ClipPairs` or `RandomClips`.
    clips_per_epoch : int
        Clips or pairs, of all processes together.
    batch_size : int
        Of one process; at most `clips_per_epoch`.
    num_workers : int
        Processes that read ahead.
    share : dict, optional
        rank and world_size, as `distributed.own_share` gives them, where each
        process loads its share. All load the same if left out.

    Returns
    -------
    loader : torch.utils.data.DataLoader
    """
    batches = ClipBatches(
        clips_per_epoch, min(batch_size, clips_per_epoch), **(share or {})
    )
    check_whole("num_workers", num_workers, least=0)
    return DataLoader(
        clips,
        batch_sampler=batches,
        num_workers=num_workers,
        pin_memory=torch.cuda.is_available(),
    )


def ordered_loader(examples, batch_size=32, num_workers=0):
    """Loads all examples once, in their order, the last batch with the rest.

    Arguments
    ---------
    examples : torch.utils.data.Dataset
        By their numbers, from 0 on.
    batch_size : int
    num_workers : int
        Processes that read ahead.

    Returns
    -------
    loader : torch.utils.data.DataLoader

    Example
    -------
    >>> [len(batch) for batch in ordered_loader(range(5), batch_size=2)]
    [2, 2, 1]
    """
    check_whole("batch_size", batch_size, least=1)
    check_whole("num_workers", num_workers, least=0)
    return DataLoader(
        examples,
        batch_size=batch_size,
        num_workers=num_workers,
        pin_memory=torch.cuda.is_available(),
    )


def training_loaders(train, valid, batch_size=32, num_workers=0):
    """Batches to train with, each process its share, and to validate with.

    Arguments
    ---------
    train : torch.utils.data.Dataset
        By keys (epoch, index), in full batches once in an epoch, such as
        `windows.ShuffledWindows`.
    valid : torch.utils.data.Dataset
        By numbers, from 0 on. All processes get all of it.
    batch_size, num_workers : int
        As `clip_loader` takes them.

    Returns
    -------
    train_loader, valid_loader : torch.utils.data.DataLoader

    Example
    -------
    >>> from speechbrain_singer.dataio.windows import ShuffledWindows
    >>> loaders = training_loaders(ShuffledWindows(range(6)), range(3), 2)
    >>> [len(loader) for loader in loaders]
    [3, 2]
    """
    sizes = batch_size, num_workers
    train_loader = clip_loader(train, len(train), *sizes, own_share())
    return train_loader, ordered_loader(valid, *sizes)
