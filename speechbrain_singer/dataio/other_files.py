"""Rows of a manifest for another of its files, such as the mixture."""

from speechbrain_singer.dataio.audio import AudioError, open_audio
from speechbrain_singer.dataio.manifest import check_columns


def rows_of_column(rows, column):
    """The same recordings, as another column has them.

    Arguments
    ---------
    rows : list of dict
        Of a manifest.
    column : str
        With files of the same recordings, such as `mixture`; `wav` for the
        rows as they are.

    Returns
    -------
    rows : list of dict
        Copies whose `wav` is that file, and `start`, `stop` and `sample_rate`
        the same stretch of time in it. Of a file that cannot be opened they
        are those of the recording, so that who reads it tells why.

    Raises
    ------
    ValueError
        If there is no such column, or a recording has no such file.

    Example
    -------
    >>> rows_of_column([{"wav": "a.wav"}], "wav")
    [{'wav': 'a.wav'}]
    """
    if column == "wav":
        return rows
    check_columns(rows, [column])
    lacking = [row["ID"] for row in rows if not row[column]]
    if lacking:
        raise ValueError(
            f"{len(lacking)} of {len(rows)} recordings have no {column}, the "
            f"first is {lacking[0]}: choose another column"
        )
    return [_as(row, column) for row in rows]


def _as(row, column):
    own = row | {"wav": row[column]}
    try:
        with open_audio(row[column]) as file:
            rate, frames = file.samplerate, file.frames
    except AudioError:
        return own
    ratio = rate / row["sample_rate"]
    own["start"] = round(row["start"] * ratio)
    own["stop"] = min(round(row["stop"] * ratio), frames)
    own["sample_rate"] = rate
    return own
