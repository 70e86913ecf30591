"""Finds the audio files of a tree."""

import os
from pathlib import Path
from typing import NamedTuple

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.walk import Walk
from speechbrain_singer.dataio.names import composed
from speechbrain_singer.dataio.reasons import UNSUPPORTED

logger = get_logger(__name__)

# What libsndfile reads
ENDINGS = (
    ".16svx .8svx .aif .aifc .aiff .aiffc .amb .au .avr .bwf .caf .fap .flac "
    ".htk .iff .ircam .mp1 .mp2 .mp3 .mpga .nist .oga .ogg .ogx .opus .paf "
    ".pvf .rf64 .sds .sf .snd .sph .svx .voc .w64 .wav .wave .wve"
).split()
MOST_KINDS = 20  # of other files, that are counted one by one


class Audio(NamedTuple):
    """The audio files of a tree.

    Arguments
    ---------
    paths : list of Path
        Absolute and sorted: the files with one of `ENDINGS`, in any case, and
        those with one of `dataio.reasons.UNSUPPORTED`, so that they are missed:
        opening them says what to do. Names that begin with a dot are left out.
    skipped : list of dict
        With `path` and `reason`: links and folders that bring nothing, see
        `Walk`.
    """

    paths: list
    skipped: list


def find_audio(data_folder):
    """Lists the audio files in a folder and all below it, links followed.

    What is no audio by its ending is counted in the log.

    Arguments
    ---------
    data_folder : str or Path

    Returns
    -------
    audio : Audio

    Raises
    ------
    FileNotFoundError
        If there is no such folder, or no audio in it; the message says what
        was looked for and what is there instead.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "notes.txt").touch()
    >>> (folder / "ann.WAV").touch()
    >>> [path.name for path in find_audio(folder).paths]
    ['ann.WAV']
    """
    root = Path(os.path.abspath(data_folder))
    if not root.is_dir():
        raise FileNotFoundError(f"{root}: no such folder of audio{_twin(root)}")
    walk = Walk(root, {*ENDINGS, *UNSUPPORTED})
    others = ", ".join(
        f"{n} {name}" for name, n in walk.others.most_common(MOST_KINDS)
    )
    if not walk.files:
        skipped = "".join(
            f"\n  {row['path']}: {row['reason']}" for row in walk.skipped[:3]
        )
        raise FileNotFoundError(
            f"{root}: no audio in it or below; looked for {' '.join(ENDINGS)}, "
            f"found {others or 'no file at all'}{skipped}"
        )
    if others:
        logger.info(
            "%s: %d files and folders are no audio by their names: %s",
            *(root, walk.others.total(), others),
        )
    return Audio(sorted(walk.files), walk.skipped)


def _twin(path):
    """Says if there is one of the same name in another form of Unicode."""
    if path.parent.is_dir():
        for name in os.listdir(path.parent):
            if composed(name) == composed(path.name):
                form = ascii(name)
                return f"; there is {form}, the same in another form of Unicode"
    return ""
