"""NUS-48E: 12 singers, each with four English songs, sung and read.

Duan, Fang, Li, Sim and Wang, "The NUS Sung and Spoken Lyrics Corpus: A
Quantitative Comparison of Singing and Speech", APSIPA 2013. The archive is
given out at https://www.smcnus.org/nus-48e-sung-and-spoken-lyrics-corpus/, for
research only.

The layout was read on that page and in public code that prepares it; 48 songs
sung and read are 96 files. Not verified: which sex the singers are of, so there
is no such column.
"""

import re

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.named import find_named

SINGERS = "ADIZ JLEE JTAN KENN MCUR MPOL MPUR NJAT PMAR SAMF VKOW ZHIY".split()
VOICES = ("sing", "read")
RECORDINGS = 96


def list_recordings(data_folder, voice=None):
    """Lists the songs of NUS-48E, sung, read or both.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked: `<SINGER>/sing/<song>.wav` and
        `<SINGER>/read/<song>.wav`. The ending is free.
    voice : str, optional
        `sing` or `read`, for these only.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer`, `song` (its number, alike in all singers) and
        `voice` (sing or read); or, of what cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is of NUS-48E.
    ValueError
        If there is no such voice.

    Example
    -------
    >>> path = getfixture("tmp_path") / "ADIZ" / "read" / "09.wav"
    >>> path.parent.mkdir(parents=True)
    >>> path.touch()
    >>> recording, = list_recordings(getfixture("tmp_path"))
    >>> recording["singer"], recording["voice"], recording["song"]
    ('ADIZ', 'read', '09')
    """
    if voice not in (None, *VOICES):
        raise ValueError(f"voice is {voice!r}; it must be sing, read or null")
    recordings, skipped = find_named(
        data_folder,
        _labels,
        "NUS-48E",
        "unpack the archive there that "
        "https://www.smcnus.org/nus-48e-sung-and-spoken-lyrics-corpus/ gives "
        "out",
    )
    wanted = [row for row in recordings if voice in (None, row["voice"])]
    if not wanted:
        raise FileNotFoundError(f"{data_folder}: nothing in a folder {voice!r}")
    report_missing(data_folder, recordings, SINGERS, RECORDINGS)
    return wanted + skipped


def _labels(path):
    singer, voice = path.parent.parent.name.upper(), path.parent.name.lower()
    fits = singer in SINGERS and voice in VOICES
    if fits and re.fullmatch(r"\d\d", path.stem):
        return {"singer": singer, "song": path.stem, "voice": voice}
    return None
