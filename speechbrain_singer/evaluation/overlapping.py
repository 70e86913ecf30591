"""Recordings in the windows of a network, for encoders of waveforms."""

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.windows import window_starts

logger = get_logger(__name__)


def overlapping_windows(
    rows, length=256, hop=51, sample_rate=22050, hop_length=512
):
    """Cuts recordings into the windows that a network of spectrograms sees.

    As `dataio.windows.Windows` does: what remains at the end makes one more
    window, which ends with the recording; shorter recordings are left out,
    with a warning. A spectrogram of `length` frames, centred as they are, is
    that of (length - 1) * hop_length samples. Unlike there, rests are left out
    only where they are silent throughout and so cannot be encoded.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.
    length, hop : int
        Of a window, and from one to the next, in frames of the spectrogram.
    sample_rate : int
        Of the network, in Hz.
    hop_length : int
        From one frame of the spectrogram to the next, in samples.

    Returns
    -------
    windows : list of dict
        Copies of the rows with their own `ID` (`ann/a.wav#0`), `start`,
        `stop` and `duration`; `whole` is the ID of their recording.

    Raises
    ------
    ValueError
        If no recording is as long as a window.

    Example
    -------
    >>> row = {"ID": "a.wav", "start": 0, "stop": 66150, "sample_rate": 22050}
    >>> windows = overlapping_windows([row], length=101, hop=20)
    >>> [(window["start"], window["stop"]) for window in windows]
    [(0, 51200), (10240, 61440), (14848, 66048)]
    """
    samples = (length - 1) * hop_length
    windows, short = [], []
    for row in rows:
        rate = row["sample_rate"]
        # Rounded down throughout, so that no window ends after its recording
        there = (row["stop"] - row["start"]) * sample_rate // rate
        frames = samples * rate // sample_rate
        starts = window_starts(1 + there // hop_length, length, hop)
        for number, place in enumerate(starts.tolist()):
            start = row["start"] + place * hop_length * rate // sample_rate
            windows.append(
                row
                | {
                    "ID": f"{row['ID']}#{number}",
                    "whole": row["ID"],
                    "start": start,
                    "stop": start + frames,
                    "duration": frames / rate,
                }
            )
        if not len(starts):
            short.append(row["ID"])
    _tell_of_short(short, len(rows), samples / sample_rate)
    return windows


def _tell_of_short(short, count, seconds):
    """Warns of recordings shorter than a window; refuses that all are."""
    if not short:
        return
    text = (
        f"{len(short)} of {count} recordings are shorter than a window of "
        f"{seconds:.2f} s and left out, the first: {short[0]}"
    )
    if len(short) == count:
        raise ValueError(f"{text}: ask for shorter windows")
    logger.warning("%s", text)
