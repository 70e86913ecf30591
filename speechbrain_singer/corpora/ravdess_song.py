"""RAVDESS, the sung part: 23 actors, two sentences on one fixed melody.

Audio_Song_Actors_01-24.zip from https://doi.org/10.5281/zenodo.1188976, licence
CC BY-NC-SA 4.0. See `corpora.ravdess`.
"""

from speechbrain_singer.corpora.ravdess import SONG, SPEECH, list_channel

PEOPLE = "ravdess"  # who speak are those who sing


def list_recordings(data_folder):
    """Lists the sung recordings of RAVDESS.

    Arguments
    ---------
    data_folder : str or Path
        Where the archive was unpacked.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` (the actor), `sex` (odd actors are male), `song`
        (the statement), `emotion`, `intensity` and `repetition`; or, of what
        cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If nothing in the folder is a RAVDESS song.

    Example
    -------
    >>> path = getfixture("tmp_path") / "03-02-05-01-02-01-08.wav"
    >>> path.touch()
    >>> recording, = list_recordings(path.parent)
    >>> recording["singer"], recording["sex"], recording["emotion"]
    ('08', 'female', 'angry')
    """
    return list_channel(data_folder, SONG, SPEECH)
