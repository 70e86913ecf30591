"""Finds the recordings of a corpus by what their paths say."""

from collections import defaultdict

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.tree import find_audio

logger = get_logger(__name__)


def find_named(data_folder, labels_of, corpus, remedy):
    """Lists the audio files whose paths fit a corpus.

    What does not fit is left out with one warning, which counts it and names
    an example.

    Arguments
    ---------
    data_folder : str or Path
    labels_of : callable
        Gets a path, and returns its labels (a dict), or a text on what it is
        instead (such as "of speech"), or None.
    corpus : str
        Its name.
    remedy : str
        What to do if nothing fits.

    Returns
    -------
    recordings : list of dict
        `path` and the labels, sorted by path.
    skipped : list of dict
        With `path` and `reason`: what `find_audio` skips, and copies: files
        of the name and the labels of one before, such as of an archive that
        was unpacked twice, or of a folder that was resampled.

    Raises
    ------
    FileNotFoundError
        If there is no such folder, or nothing in it fits.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "ann_1.wav").touch()
    >>> labels_of = lambda path: {"singer": path.stem.split("_")[0]}
    >>> recordings, _ = find_named(folder, labels_of, "X", "unpack X.zip")
    >>> recordings[0]["singer"]
    'ann'
    """
    audio = find_audio(data_folder)
    recordings, firsts, copies, others = [], {}, [], defaultdict(list)
    for path in audio.paths:
        labels = labels_of(path)
        if not isinstance(labels, dict):
            others[labels or f"not named as those of {corpus} are"].append(path)
            continue
        first = firsts.setdefault((path.name, *labels.items()), path)
        if first == path:
            recordings.append({"path": str(path), **labels})
        else:
            reason = f"a copy: of {first}"
            copies.append({"path": str(path), "reason": reason})
    counted = ", ".join(
        f"{len(paths)} files {kind} (such as {paths[0].name!r})"
        for kind, paths in others.items()
    )
    if not recordings:
        raise FileNotFoundError(
            f"{data_folder}: nothing of {corpus}, only {counted}; {remedy}"
        )
    if others:
        logger.warning("%s: left out: %s", data_folder, counted)
    return recordings, audio.skipped + copies
