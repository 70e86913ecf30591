"""Removes what an earlier run left, once the new stands."""

from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(folder, patterns, keep=None):
    """Removes, at its end, the files that were there and were not written anew.

    If anything fails, the former files stay.

    Arguments
    ---------
    folder : Path
    patterns : sequence of str
        Of their names.
    keep : str or Path, optional
        A file that stays.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> for name in ("a.png", "b.png"):
    ...     (folder / name).touch()
    >>> with replacing(folder, ["*.png"]):
    ...     _ = (folder / "a.png").write_text("new")
    >>> [path.name for path in folder.iterdir()]
    ['a.png']
    """
    kept = None if keep is None else Path(keep).resolve()
    former = {
        path: _state(path)
        for pattern in patterns
        for path in folder.glob(pattern)
        if path.resolve() != kept
    }
    yield
    for path, state in former.items():
        if path.exists() and _state(path) == state:
            path.unlink()


def _state(path):
    facts = path.stat()
    return facts.st_ino, facts.st_size, facts.st_mtime_ns
