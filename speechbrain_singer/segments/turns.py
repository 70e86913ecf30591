"""Turns: who sings from when to when; as RTTM, and as JSON."""

import re
from typing import NamedTuple

from speechbrain_singer.dataio.files import atomic_open


class Turn(NamedTuple):
    """A stretch of a recording that one singer has.

    Arguments
    ---------
    start, stop : float
        In seconds.
    singer : str
        A name, or a number if nobody knows it.
    """

    start: float
    stop: float
    singer: str


def write_rttm(path, turns, recording):
    """Writes turns as RTTM, the form that tools of diarisation read.

    A line a turn: SPEAKER, the recording, its channel, start and length in
    seconds, and the singer. White space in names becomes `_`, as fields end
    there.

    Arguments
    ---------
    path : str or Path
    turns : list of Turn
    recording : str
        Its name.

    Example
    -------
    >>> path = getfixture("tmp_path") / "duet.rttm"
    >>> write_rttm(path, [Turn(0.5, 2.0, "Ann Lee")], "duet")
    >>> path.read_text()
    'SPEAKER duet 1 0.500 1.500 <NA> <NA> Ann_Lee <NA> <NA>\\n'
    """
    name = _field(recording)
    with atomic_open(path) as file:
        for start, stop, singer in turns:
            file.write(
                f"SPEAKER {name} 1 {start:.3f} {stop - start:.3f} <NA> <NA> "
                f"{_field(singer)} <NA> <NA>\n"
            )


def _field(text):
    return re.sub(r"\s+", "_", text.strip()) or "_"


def as_table(turns):
    """Turns as lines of text: start, stop and singer.

    Example
    -------
    >>> print(as_table([Turn(0.5, 2.0, "1"), Turn(62.25, 63.0, "Ann")]))
       start     stop  singer
        0.50     2.00  1
       62.25    63.00  Ann
    """
    lines = ["   start     stop  singer"]
    lines += [f"{t.start:8.2f} {t.stop:8.2f}  {t.singer}" for t in turns]
    return "\n".join(lines)


def as_dicts(turns):
    """Turns for JSON: a list of start, stop (in ms precision) and singer.

    Example
    -------
    >>> as_dicts([Turn(0.5, 2.0004, "1")])
    [{'start': 0.5, 'stop': 2.0, 'singer': '1'}]
    """
    return [
        {
            "start": round(turn.start, 3),
            "stop": round(turn.stop, 3),
            "singer": turn.singer,
        }
        for turn in turns
    ]
