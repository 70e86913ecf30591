"""The embedded corpus with its band: who sings in a mixture, and who alone?"""

from speechbrain_singer.corpora import synthetic


def list_recordings(
    data_folder, singers=80, songs_per_singer=6, seconds=8.0, seed=1234
):
    """Lists the corpus; what is missing of it is synthesised first.

    Arguments
    ---------
    data_folder : str or Path
        A new folder, or one that this function made with the same parameters.
    singers, songs_per_singer, seconds, seed
        As `synthetic.list_recordings` has them.

    Returns
    -------
    recordings : list of dict
        As `synthetic.list_recordings` has them, with "mixture" and
        "accompaniment".

    Raises
    ------
    ValueError
        If a parameter is out of range, or the folder holds something else.

    Example
    -------
    >>> folder = getfixture("tmp_path") / "corpus"
    >>> rows = list_recordings(folder, 2, songs_per_singer=1, seconds=1.0)
    >>> from pathlib import Path
    >>> Path(rows[0]["mixture"]).name
    'singer0000_song035.mixture.wav'
    """
    return synthetic.list_recordings(
        *(data_folder, singers, songs_per_singer, seconds, seed),
        mixtures=True,
    )
