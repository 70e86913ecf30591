"""Windows of spectrograms: a list of them, and in a new order each epoch."""

import numpy as np
import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.silence import is_silent
from speechbrain_singer.dataio.spectrogram_files import frame_power

logger = get_logger(__name__)


def window_starts(frames, length, hop):
    """Where the windows of a recording begin.

    Arguments
    ---------
    frames : int
        Of the recording.
    length : int
        Of a window, in frames.
    hop : int
        From one window to the next, in frames, at most `length`.

    Returns
    -------
    starts : np.ndarray
        [windows], int32: 0, `hop`, twice `hop` and so on. What remains at the
        end makes one more window, which ends with the recording. None if the
        recording is shorter than a window.

    Example
    -------
    >>> window_starts(10, length=4, hop=3), window_starts(11, length=4, hop=3)
    (array([0, 3, 6], dtype=int32), array([0, 3, 6, 7], dtype=int32))
    """
    last = frames - length
    starts = np.arange(0, last + 1, hop, np.int32)
    if len(starts) and starts[-1] < last:
        starts = np.append(starts, np.int32(last))
    return starts


class Windows(torch.utils.data.Dataset):
    """The windows of recordings, in order, without those that are rests.

    A window is a rest if the mean power of its frames and bands is 50 dB below
    that of the recording's loudest window, or below -80 dB, as in inference.
    A warning counts the recordings without a window.

    Arguments
    ---------
    spectrograms : list
        Of each recording [frames, bands], decibels: arrays, or
        `StoredSpectrogram`, of which only what a window takes is read.
    labels : sequence of int
        [recordings]
    length : int
        Of a window, in frames.
    hop : int
        From one window to the next, in frames; see `window_starts`.
    names : list of str, optional
        [recordings], what a warning calls them.

    Attributes
    ----------
    row : np.ndarray
        [windows], the place of each one's recording in the list.
    start : np.ndarray
        [windows], the first frame of each.
    label : np.ndarray
        [windows]

    Raises
    ------
    ValueError
        If no recording has a window.

    Example
    -------
    >>> recordings = [np.zeros((10, 3), np.float16)] * 2
    >>> windows = Windows(recordings, labels=[0, 1], length=4, hop=3)
    >>> len(windows), windows.row.tolist(), windows[5]["decibels"].shape
    (6, [0, 0, 0, 1, 1, 1], torch.Size([4, 3]))
    """

    def __init__(self, spectrograms, labels, length=256, hop=51, names=None):
        check_whole("length of a window in frames", length, least=1)
        check_whole("hop in frames", hop, least=1, most=length)
        if not len(spectrograms) == len(labels) > 0:
            raise ValueError(
                f"{len(spectrograms)} spectrograms and {len(labels)} labels: "
                "one of each for each recording is needed"
            )
        self.spectrograms = spectrograms
        self.length = length
        numbered = (f"recording {i}" for i in range(len(labels)))
        self.names = list(numbered if names is None else names)
        starts = [_sounding(each, length, hop) for each in spectrograms]
        counts = np.array([len(own) for own in starts], int)
        self._tell_without(counts)
        self.row = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        self.start = np.concatenate(starts)
        self.label = np.asarray(labels)[self.row]

    def _tell_without(self, counts):
        """Tells which recordings have no window, if there are any."""
        without = np.flatnonzero(counts == 0)
        if not len(without):
            return
        frames = [self.spectrograms[row].shape[0] for row in without]
        short = sum(count < self.length for count in frames)
        text = (
            f"{len(without)} of {len(counts)} recordings are left out: {short} "
            f"are shorter than a window of {self.length} frames, and "
            f"{len(without) - short} silent; the first is "
            f"{self.names[without[0]]}, {frames[0]} frames"
        )
        if short:
            text += f": set windows to {max(frames)} frames or fewer"
        if len(without) == len(counts):
            raise ValueError(text)
        logger.warning("%s", text)

    def __len__(self):
        return len(self.row)

    def __getitem__(self, index):
        """One window.

        Returns
        -------
        item : dict
            `decibels`, a tensor [length, bands], as the spectrogram has them;
            `label` and `row`, int.
        """
        row, start = int(self.row[index]), int(self.start[index])
        window = self.spectrograms[row][start : start + self.length]
        return {
            "decibels": torch.from_numpy(np.array(window)),
            "label": int(self.label[index]),
            "row": row,
        }


class ShuffledWindows(torch.utils.data.Dataset):
    """The same windows in each epoch, each time in another order.

    Arguments
    ---------
    windows : Windows
    seed : int

    Example
    -------
    >>> windows = Windows([np.zeros((40, 3), np.float16)], [0], 4, hop=4)
    >>> shuffled = ShuffledWindows(windows, seed=1)
    >>> item = shuffled[0, 7]  # the eighth of the first epoch
    >>> item["decibels"].shape, len(shuffled)
    (torch.Size([4, 3]), 10)
    """

    def __init__(self, windows, seed=1234):
        check_whole("seed", seed, least=0)
        self.windows = windows
        self.seed = seed
        self._epoch = self._order = None

    def __len__(self):
        return len(self.windows)

    def __getitem__(self, key):
        """The window of a key, (epoch, index), as `Windows` gives it."""
        epoch, index = key
        if epoch != self._epoch:
            generator = np.random.default_rng([self.seed, epoch])
            self._order = generator.permutation(len(self.windows))
            self._epoch = epoch
        return self.windows[self._order[index]]


def _sounding(spectrogram, length, hop):
    """Where the windows begin that are no rests."""
    starts = window_starts(spectrogram.shape[0], length, hop)
    if not len(starts):
        return starts
    if hasattr(spectrogram, "power"):
        power = spectrogram.power()
    else:
        power = frame_power(spectrogram)
    windows = np.lib.stride_tricks.sliding_window_view(power, length)
    levels = 10 * np.log10(windows[starts].mean(axis=1))
    return starts[~is_silent(levels, levels.max())]
