"""Any tree of audio: the first folder level is the singer."""

import os
from pathlib import Path

from speechbrain_singer.corpora.tree import find_audio


def list_recordings(data_folder):
    """Lists the recordings of a folder.

    Arguments
    ---------
    data_folder : str or Path
        `<singer>/.../<song>.wav`, or any other ending that libsndfile knows.
        A file that lies in the folder itself has no singer. Audio that it
        does not know is listed too, and left out with a reason when probed.

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` ("" if unknown) and `song` (the path below the
        singer, without its ending); or, of what cannot be used, `path` and
        `reason`.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "Ann" / "live").mkdir(parents=True)
    >>> (folder / "Ann" / "live" / "one.flac").touch()
    >>> recording, = list_recordings(folder)
    >>> recording["singer"], recording["song"]
    ('Ann', 'live/one')
    """
    root = Path(os.path.abspath(data_folder))
    audio = find_audio(root)
    recordings = []
    for path in audio.paths:
        *singer, song = path.relative_to(root).with_suffix("").parts
        below = [*singer[1:], song]
        recordings.append(
            {
                "path": str(path),
                "singer": singer[0] if singer else "",
                "song": "/".join(below),
            }
        )
    return recordings + audio.skipped
