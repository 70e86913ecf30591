"""The voice of a mixture, separated before it is searched for."""

from contextlib import contextmanager
from tempfile import TemporaryDirectory

from speechbrain_singer.separation.hybrid_demucs import HybridDemucs
from speechbrain_singer.separation.loading import load_separator
from speechbrain_singer.separation.overlap import Segments
from speechbrain_singer.separation.separate_files import separate_files


@contextmanager
def separated_voices(paths, separator=None, device="cpu"):
    """Separates mixtures into files that are there for a while.

    Arguments
    ---------
    paths : list of (str or Path)
    separator : object, optional
        As `speechbrain_singer.separation` says; Hybrid Demucs if left out,
        whose weights are fetched the first time.
    device : str

    Yields
    ------
    voices : list of (str or None)
        Paths of the vocals; None, and a warning, of what cannot be separated.

    Raises
    ------
    OSError
        If the separator's weights are not there.
    """
    separator = load_separator(
        separator or HybridDemucs(), {}, Segments(), device
    )
    mixtures = [
        {"ID": str(number), "mixture": str(path)}
        for number, path in enumerate(paths)
    ]
    with TemporaryDirectory() as folder:
        rows = separate_files(
            separator, mixtures, folder, num_workers=1, progressbar=False
        )
        yield [
            None if "reason" in row else f"{folder}/{row['path']}"
            for row in rows
        ]
