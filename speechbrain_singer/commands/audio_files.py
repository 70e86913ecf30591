"""The audio that a command line names: files, folders and patterns."""

import glob
import os


def audio_files(names):
    """The audio files that arguments stand for.

    Arguments
    ---------
    names : iterable of str
        A file; a folder, of which all audio in it and below counts; or a
        pattern, in which `*` stands for any part of a name and `**` for any
        folders. What is there goes before what could be a pattern.

    Returns
    -------
    paths : list of str
        Each file once, in the order of the names.

    Raises
    ------
    FileNotFoundError
        If a file or folder is missing, a folder holds no audio, or nothing
        fits a pattern.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> for name in ("a.wav", "b.wav", "notes.txt"):
    ...     (folder / name).touch()
    >>> found = audio_files([f"{folder}/b*", str(folder)])
    >>> [os.path.basename(path) for path in found]
    ['b.wav', 'a.wav']
    """
    found = {}
    for name in names:
        for path in _files_of(os.path.expanduser(name)):
            found.setdefault(os.path.realpath(path), path)
    return list(found.values())


def _files_of(name):
    # SpeechBrain, which takes a second to import
    from speechbrain_singer.corpora.tree import find_audio

    if os.path.isdir(name):
        # As it was named, and not from the root of the disk
        root = os.path.abspath(name)
        below = (os.path.relpath(path, root) for path in find_audio(name).paths)
        return [os.path.join(name, path) for path in below]
    if os.path.lexists(name):
        return [name]
    if not glob.has_magic(name):
        raise FileNotFoundError(f"{name}: no such file or folder")
    matches = sorted(glob.glob(name, recursive=True))
    files = [match for match in matches if not os.path.isdir(match)]
    if not files:
        raise FileNotFoundError(f"{name}: no file fits this pattern")
    return files
