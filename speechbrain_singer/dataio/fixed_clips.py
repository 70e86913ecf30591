"""What of each recording is measured: all of it, or clips of one length."""

from itertools import chain

from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_clip_seconds
from speechbrain_singer.dataio.manifest import recording_of

logger = get_logger(__name__)


def whole_recordings(rows):
    """Recordings as they are, with the column `recording` that clips have too.

    It is their ID, unless the corpus itself says what a file was taken from.

    Example
    -------
    >>> whole_recordings([{"ID": "ann/a.wav"}])
    [{'ID': 'ann/a.wav', 'recording': 'ann/a.wav'}]
    """
    return [row | {"recording": recording_of(row)} for row in rows]


def middle_of(rows, seconds):
    """The middle of each recording, as previews are; all of shorter ones.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.
    seconds : float

    Returns
    -------
    rows : list of dict
        Copies with their own `start`, `stop` and `duration`.

    Example
    -------
    >>> row = {"start": 0, "stop": 40, "sample_rate": 10, "duration": 4.0}
    >>> middle_of([row], seconds=2)[0]["start"]
    10
    """
    return [_middle_of(row, seconds) for row in rows]


def _middle_of(row, seconds):
    rate, frames = row["sample_rate"], row["stop"] - row["start"]
    kept = min(frames, round(seconds * rate))
    start = row["start"] + (frames - kept) // 2
    place = {"start": start, "stop": start + kept, "duration": kept / rate}
    return row | place


def clips_of(rows, seconds):
    """The clips of recordings, without overlap, from their beginning.

    What remains at the end is left out, and so are recordings shorter than a
    clip, with a warning. The published evaluation has clips of 4 s.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.
    seconds : float
        Length of a clip; exactly `round(seconds * sample_rate)` frames.

    Returns
    -------
    clips : list of dict
        Copies of the rows with their own `start`, `stop`, `duration` and `ID`,
        which is the recording's and the clip's number, `ann/a.wav#0`, and
        with `recording` (see `whole_recordings`). `peak` stays the
        recording's.

    Raises
    ------
    ValueError
        If a clip has no frame, or no recording is as long as a clip.

    Example
    -------
    >>> row = {"ID": "a.wav", "start": 0, "stop": 100_000, "sample_rate": 44100}
    >>> [(clip["ID"], clip["stop"]) for clip in clips_of([row], seconds=1)]
    [('a.wav#0', 44100), ('a.wav#1', 88200)]
    """
    check_clip_seconds(seconds)
    clips = [_clips_of(row, seconds) for row in rows]
    short = [row["ID"] for row, own in zip(rows, clips, strict=True) if not own]
    if short and not any(clips):
        raise ValueError(
            f"none of {len(rows)} recordings is as long as a clip of {seconds} "
            "s: ask for shorter clips, or for whole recordings"
        )
    if short:
        logger.warning(
            "%d of %d recordings are shorter than a clip of %g s and left out, "
            "the first: %s",
            *(len(short), len(rows), seconds, short[0]),
        )
    return list(chain.from_iterable(clips))


def _clips_of(row, seconds):
    rate = row["sample_rate"]
    frames = round(seconds * rate)
    if frames < 1:
        raise ValueError(f"clips of {seconds} s at {rate} Hz have no frame")
    starts = range(row["start"], row["stop"] - frames + 1, frames)
    return [
        row
        | {
            "ID": f"{row['ID']}#{number}",
            "start": start,
            "stop": start + frames,
            "duration": frames / rate,
            "recording": recording_of(row),
        }
        for number, start in enumerate(starts)
    ]
