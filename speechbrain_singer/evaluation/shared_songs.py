"""How many test recordings are of a song that was trained on."""


def shared_songs(train_rows, test_rows):
    """Counts test recordings whose song stands in training too.

    Where many do, singers can be told by their songs; `song_effect` measures
    how much of the accuracy that is.

    Arguments
    ---------
    train_rows, test_rows : list of dict
        Rows of manifests, of the columns `singer` and `song`. A song that is
        empty or missing is not known.

    Returns
    -------
    counts : dict
        `recordings` tested; of them `known`, of a known song; of these
        `shared`, of a song that anybody sings in training, and
        `shared_by_singer`, of a song that the same singer sings there.

    Example
    -------
    >>> train = [{"singer": "ann", "song": "x"}, {"singer": "bob", "song": "y"}]
    >>> test = [{"singer": "ann", "song": song} for song in ("x", "y", "")]
    >>> shared_songs(train, test)
    {'recordings': 3, 'known': 2, 'shared': 2, 'shared_by_singer': 1}
    """
    trained = {_sung(row) for row in train_rows}
    songs = {song for _, song in trained}
    tested = [_sung(row) for row in test_rows if row.get("song")]
    return {
        "recordings": len(test_rows),
        "known": len(tested),
        "shared": sum(song in songs for _, song in tested),
        "shared_by_singer": sum(
            bool(singer) and (singer, song) in trained
            for singer, song in tested
        ),
    }


def _sung(row):
    return row.get("singer"), row.get("song")
