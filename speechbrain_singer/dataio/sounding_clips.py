"""Which clips of recordings are sung, and not rests."""

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.clip_levels import clip_levels
from speechbrain_singer.dataio.clips import LEAST_SOUNDING
from speechbrain_singer.dataio.reading import (
    FLOOR,
    SOUNDING,
    frame_size,
    sounding_frames,
)

logger = get_logger(__name__)


def sounding_clips(clips, progressbar=True):
    """The clips that sound, by the rule by which training draws clips.

    A quarter of a clip's frames of 23 ms sound at least; those do whose level
    is within 40 dB of the recording's peak. As published (CVSM, see
    `evaluation.voice_clips`) it is a mean absolute value above 0.01 of full
    scale over 5 s, so that quiet recordings have no voice.

    Arguments
    ---------
    clips : list of dict
        As `clips_of` cuts them from the rows of a manifest.
    progressbar : bool

    Returns
    -------
    clips : list of dict
        Without the others, and without those that cannot be read, which a
        warning names.

    Raises
    ------
    ValueError
        If none is left.

    Example
    -------
    >>> import soundfile
    >>> path = str(getfixture("tmp_path") / "a.wav")
    >>> tone = 0.1 * np.sin(np.arange(32000) / 10) * (np.arange(32000) < 16000)
    >>> soundfile.write(path, tone, 16000)
    >>> row = {"wav": path, "sample_rate": 16000, "peak": 0.1}
    >>> places = (0, 16000)
    >>> clips = [row | {"start": at, "stop": at + 16000} for at in places]
    >>> [clip["start"] for clip in sounding_clips(clips, progressbar=False)]
    [0]
    """
    shares = clip_levels(clips, _share, "Looking for voices", progressbar)
    kept = [
        clip
        for clip, share in zip(clips, shares, strict=True)
        if share >= LEAST_SOUNDING
    ]
    unread, rests = np.isnan(shares).sum(), (shares < LEAST_SOUNDING).sum()
    if unread:
        logger.warning(
            "%d of %d clips cannot be read: left out", unread, len(clips)
        )
    logger.info("%d of %d clips are rests: left out", rests, len(clips))
    if not kept:
        raise ValueError(
            f"of {len(clips)} clips {unread} cannot be read and {rests} are "
            "rests: nothing is left to measure"
        )
    return kept


def _share(samples, rate, clip):
    """How much of a clip sounds, 0 to 1."""
    threshold = max(SOUNDING * clip["peak"], FLOOR)
    size = frame_size(rate, len(samples))
    return float(sounding_frames(samples, size, threshold).mean())
