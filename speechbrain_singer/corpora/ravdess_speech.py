"""RAVDESS, the spoken part: 24 actors, two sentences in eight emotions.

Audio_Speech_Actors_01-24.zip from https://doi.org/10.5281/zenodo.1188976,
licence CC BY-NC-SA 4.0: 60 files each of 24 actors, by that page. See
`corpora.ravdess`.
"""

from speechbrain_singer.corpora.ravdess import SONG, SPEECH, list_channel

PEOPLE = "ravdess"  # who speak are those who sing


def list_recordings(data_folder):
    """Lists the spoken recordings of RAVDESS.

    Actors, sentences and names are those of the sung part.

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
        If nothing in the folder is RAVDESS speech.

    Example
    -------
    >>> path = getfixture("tmp_path") / "03-01-07-02-01-01-18.wav"
    >>> path.touch()
    >>> recording, = list_recordings(path.parent)
    >>> recording["singer"], recording["emotion"], recording["intensity"]
    ('18', 'disgust', 'strong')
    """
    return list_channel(data_folder, SPEECH, SONG)
