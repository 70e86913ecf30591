"""The embedded corpus, of many songs: hardly one is sung by two singers.

So songs as well as singers can be held out, and little is lost by it: what a
transcriber of notes is trained on and tested with.
"""

from speechbrain_singer.corpora import synthetic


def list_recordings(
    data_folder, singers=40, songs=6, seconds=10.0, seed=1234, repertoire=1000
):
    """Lists the corpus; what is missing of it is synthesised first.

    Arguments
    ---------
    data_folder : str or Path
        A new folder, or one that this function made with the same parameters.
    singers : int
        Women and men by turns.
    songs : int
        Each singer has so many recordings.
    seconds : float
        Length of each recording, at least 1.
    seed : int
        Another seed makes other singers, songs and recordings.
    repertoire : int
        How many songs there are, of which each singer's are drawn.

    Returns
    -------
    recordings : list of dict
        As `synthetic.list_recordings` has them, with `notes`.

    Raises
    ------
    ValueError
        If a parameter is out of range, or the folder holds something else.

    Example
    -------
    >>> folder = getfixture("tmp_path") / "corpus"
    >>> rows = list_recordings(folder, singers=2, songs=2, seconds=1.0)
    >>> len({row["song"] for row in rows})
    4
    """
    return synthetic.list_recordings(
        *(data_folder, singers, songs, seconds, seed), repertoire=repertoire
    )
