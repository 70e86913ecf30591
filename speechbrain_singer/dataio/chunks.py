"""Chunks of labelled recordings: equally long, and with something in them."""

import numpy as np
import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.audio import (
    SAMPLE_RATES,
    open_audio,
    resampler,
)
from speechbrain_singer.dataio.clip_levels import clip_levels, read_clip
from speechbrain_singer.dataio.fixed_clips import clips_of

logger = get_logger(__name__)

# -62.8 dBFS. Yamamoto's code says 0.01, of what is 13.9 times the root mean
# square: a power spectrum is divided by its length once, and not twice
LEAST_RMS = 7.2e-4
_FRAME_SECONDS = 0.032  # 512 samples at 16 kHz


def chunks_of(rows, seconds, least_rms=LEAST_RMS, progressbar=True):
    """The chunks of recordings, see `clips_of`, that are not silent.

    A chunk is silent if the root mean squares of its frames of 32 ms are no
    larger than `least_rms` in the mean. All audio is read once, and chunks that
    cannot be read are left out with a warning.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.
    seconds : float
        Length of a chunk: as published (Yamamoto, APSIPA 2023) 5 for singers
        and notes, 3 for techniques.
    least_rms : float
        In relation to full scale. 0 leaves out digital silence only.
    progressbar : bool

    Returns
    -------
    chunks : list of dict
        Copies of the rows, as `clips_of` returns them.

    Raises
    ------
    ValueError
        If no chunk is left.

    Example
    -------
    >>> import soundfile
    >>> path = str(getfixture("tmp_path") / "a.wav")
    >>> tone = 0.1 * np.sin(np.arange(32000) / 10) * (np.arange(32000) < 16000)
    >>> soundfile.write(path, tone, 16000)
    >>> row = {"ID": "a", "wav": path, "sample_rate": 16000}
    >>> rows = [row | {"start": 0, "stop": 32000}]
    >>> [c["ID"] for c in chunks_of(rows, seconds=1, progressbar=False)]
    ['a#0']
    """
    clips = clips_of(rows, seconds)
    levels = clip_levels(
        *(clips, lambda samples, rate, _: mean_rms(samples, rate)),
        *("looking for silent chunks", progressbar),
    )
    _tell(clips, levels, least_rms)
    kept = [
        clip
        for clip, level in zip(clips, levels, strict=True)
        if level > least_rms
    ]
    if clips and not kept:
        raise ValueError(
            f"none of {len(clips)} chunks of {seconds} s is louder than "
            f"{least_rms:g} of full scale and can be read"
        )
    return kept


def _tell(clips, levels, least_rms):
    unread, silent = np.isnan(levels).sum(), (levels <= least_rms).sum()
    if unread:
        logger.warning(
            "%d of %d chunks cannot be read: left out", unread, len(clips)
        )
    logger.info("%d of %d chunks are silent: left out", silent, len(clips))


def mean_rms(samples, sample_rate):
    """The mean of the root mean squares of frames of 32 ms.

    Arguments
    ---------
    samples : np.ndarray
        [time]. What does not fill a frame at the end is left out.
    sample_rate : int
        In Hz.

    Returns
    -------
    level : float

    Example
    -------
    >>> mean_rms(np.repeat([0.0, 0.5], 512), 16000)
    0.25
    """
    size = min(max(1, round(_FRAME_SECONDS * sample_rate)), len(samples))
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    power = np.einsum("ij,ij->i", frames, frames, dtype=np.float64) / size
    return float(np.sqrt(power).mean())


class Chunks(torch.utils.data.Dataset):
    """Chunks of one length, each read when it is asked for, with its label.

    They are as loud as in their files.

    Arguments
    ---------
    rows : list of dict
        What `chunks_of` returns, or a part of it.
    sample_rate : int
        Hz. Files at other rates are resampled.
    labels : sequence
        [chunks], what stands beside each in a batch: the number of its class,
        or an array [frames, ...].

    Attributes
    ----------
    label : sequence
        [chunks], the labels.
    row : np.ndarray
        [chunks], the number of each one's recording, in order of appearance.
    time : int
        Samples of a chunk.

    Raises
    ------
    ValueError
        If there is none, there are not as many labels, or they differ in
        length.

    Example
    -------
    >>> import soundfile
    >>> path = str(getfixture("tmp_path") / "a.wav")
    >>> soundfile.write(path, np.full(44100, 0.5), 44100)
    >>> row = {"ID": "a", "wav": path, "sample_rate": 44100}
    >>> rows = chunks_of([row | {"start": 0, "stop": 44100}], seconds=0.5)
    >>> item = Chunks(rows, 16000, labels=[3, 4])[1]
    >>> item["wav"].shape, item["label"], item["row"]
    (torch.Size([8000]), 4, 0)
    """

    def __init__(self, rows, sample_rate, labels):
        check_whole("sample_rate", sample_rate, *SAMPLE_RATES)
        if not len(rows) == len(labels) > 0:
            raise ValueError(
                f"{len(rows)} chunks and {len(labels)} labels: one of each "
                "for each chunk is needed"
            )
        self.rows = rows
        self.sample_rate = sample_rate
        self.label = labels
        self.time = _common_time(rows, sample_rate)
        numbers = {}
        self.row = np.array(
            [numbers.setdefault(r["recording"], len(numbers)) for r in rows]
        )

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        """One chunk.

        Returns
        -------
        item : dict
            `wav`, a tensor [time], float32; `label`; `row`, int.

        Raises
        ------
        AudioError
            If its file cannot be read, or was changed.
        """
        with open_audio(self.rows[index]["wav"]) as file:
            samples, rate = read_clip(file, self.rows[index])
        wav = torch.from_numpy(samples)
        if rate != self.sample_rate:
            wav = resampler(rate, self.sample_rate)(wav)
        # Rates of files are rounded for it, which is a sample or a few
        wav = torch.nn.functional.pad(wav, (0, max(0, self.time - len(wav))))
        return {
            "wav": wav[: self.time],
            "label": self.label[index],
            "row": int(self.row[index]),
        }


def _common_time(rows, sample_rate):
    """Samples of each chunk: files at odd rates differ by one at most."""
    times = [
        round((row["stop"] - row["start"]) / row["sample_rate"] * sample_rate)
        for row in rows
    ]
    if max(times) - min(times) > 1:
        raise ValueError(
            f"chunks of {min(times)} to {max(times)} samples at {sample_rate} "
            "Hz: all have to be equally long"
        )
    return min(times)
