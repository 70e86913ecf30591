"""What of each recording is measured: all of it, or clips of one length."""

from speechbrain.utils.logger import get_logger

logger = get_logger(__name__)


def whole_recordings(rows):
    """Recordings as they are, with the column that clips have besides.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.

    Returns
    -------
    rows : list of dict
        Copies, with their ID as `recording`, unless the corpus itself says
        what a file was cut from.

    Example
    -------
    >>> whole_recordings([{"ID": "ann/a.wav"}])
    [{'ID': 'ann/a.wav', 'recording': 'ann/a.wav'}]
    """
    return [row | {"recording": _recording(row)} for row in rows]


def cut_clips(rows, seconds):
    """Cuts recordings into clips that do not overlap, from their beginning.

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
        with the recording's as `recording` (see `whole_recordings`). `peak`
        stays the recording's.

    Raises
    ------
    ValueError
        If a clip has no frame, or no recording is as long as a clip.

    Example
    -------
    >>> row = {"ID": "a.wav", "start": 0, "stop": 100_000, "sample_rate": 44100}
    >>> [(clip["ID"], clip["stop"]) for clip in cut_clips([row], seconds=1)]
    [('a.wav#0', 44100), ('a.wav#1', 88200)]
    """
    clips, short = [], []
    for row in rows:
        own = _cut(row, seconds)
        clips += own
        if not own:
            short.append(row["ID"])
    if short and not clips:
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
    return clips


def _cut(row, seconds):
    rate = row["sample_rate"]
    frames = round(seconds * rate)
    if frames < 1:
        raise ValueError(f"clips of {seconds} s at {rate} Hz have no frame")
    return [
        row
        | {
            "ID": f"{row['ID']}#{number}",
            "start": start,
            "stop": start + frames,
            "duration": frames / rate,
            "recording": _recording(row),
        }
        for number, start in enumerate(
            range(row["start"], row["stop"] - frames + 1, frames)
        )
    ]


def _recording(row):
    return row.get("recording") or row["ID"]
