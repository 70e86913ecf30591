"""The embedded corpus, balanced: all singers sing the same songs, once each.

So songs tell nothing about singers, and what an embedding knows of the one and
of the other can be measured apart.
"""

from speechbrain_singer.corpora import synthetic


def list_recordings(data_folder, singers=20, songs=10, seconds=8.0, seed=1234):
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

    Returns
    -------
    recordings : list of dict
        As `synthetic.list_recordings` has them.

    Raises
    ------
    ValueError
        If a parameter is out of range, or the folder holds something else.

    Example
    -------
    >>> folder = getfixture("tmp_path") / "corpus"
    >>> rows = list_recordings(folder, singers=2, songs=2, seconds=1.0)
    >>> [row["song"] for row in rows]
    ['song000', 'song001', 'song000', 'song001']
    """
    return synthetic.list_recordings(
        *(data_folder, singers, songs, seconds, seed), repertoire=songs
    )
