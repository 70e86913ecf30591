"""Vocals that were separated from the mixtures of a corpus."""

import os
import re
from pathlib import Path

from speechbrain_singer.corpora.tree import find_audio

VOCALS = "vocals"
ACCOMPANIMENTS = ("no_vocals", "accompaniment")  # demucs, Spleeter
_KINDS = "|".join((*ACCOMPANIMENTS, VOCALS))  # the longer of two first
# <track>/vocals.wav (demucs, Spleeter), <track>_umxl/vocals.wav (open-unmix),
# <track>_vocals.wav (flat), vocals/.../<track>.mp3.flac (recipes/separation)
_IN_FOLDER = re.compile(rf"(?:{_KINDS})", re.IGNORECASE)
_FLAT = re.compile(rf"(.+?)[ ._-]+({_KINDS})", re.IGNORECASE)
_MODEL = re.compile(r"_umx[a-z]*$", re.IGNORECASE)


def with_vocals(recordings, data_folder, vocals_folder):
    """Puts the separated vocals of recordings in the place of their mixtures.

    Arguments
    ---------
    recordings : list of dict
        Their `path` is that of the mixture.
    data_folder : str or Path
    vocals_folder : str or Path or None
        Where `recipes/separation`, open-unmix, demucs or Spleeter has written,
        relative to the data folder. None: the mixtures stay what they are.

    Returns
    -------
    recordings : list of dict
        `path` is that of the vocals, `mixture` what it was before, and
        `accompaniment` the rest where that was written too. A mixture without
        vocals has a `reason`: an encoder must not meet both kinds unawares.

    Raises
    ------
    FileNotFoundError
        If there is no such folder, or no vocals of these recordings in it.
    ValueError
        If there are several vocals of a recording.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "htdemucs" / "7").mkdir(parents=True)
    >>> (folder / "htdemucs" / "7" / "vocals.wav").touch()
    >>> rows = [{"path": str(folder / "7.mp3")}]
    >>> row, = with_vocals(rows, folder, "htdemucs")
    >>> Path(row["path"]).name, Path(row["mixture"]).name
    ('vocals.wav', '7.mp3')
    """
    if vocals_folder is None:
        return recordings
    folder = os.path.normpath(os.path.join(data_folder, vocals_folder))
    stems = _find_stems(folder)
    rows = [_with_its_vocals(row, stems, vocals_folder) for row in recordings]
    if recordings and all("reason" in row for row in rows):
        first = Path(recordings[0]["path"])
        raise FileNotFoundError(
            f"{folder}: no vocals of the {len(rows)} recordings: those of "
            f"{first.name} should be {first.stem}/vocals.wav or "
            f"{first.stem}_vocals.wav there or below"
        )
    return rows


def _find_stems(folder):
    """Track -> kind -> path of a stem."""
    stems = {}
    for path in find_audio(folder).paths:
        track, kind = _track_and_kind(path, folder)
        if kind is None:
            continue
        first = stems.setdefault(track, {}).setdefault(kind, path)
        if first != path:
            raise ValueError(
                f"{folder}: two files are the {kind} of {track}: {first} and "
                f"{path}: name the folder of one of them in vocals_folder"
            )
    return stems


def _track_and_kind(path, folder):
    if _IN_FOLDER.fullmatch(path.stem):
        return _MODEL.sub("", path.parent.name), path.stem.lower()
    if flat := _FLAT.fullmatch(path.stem):
        return flat[1], flat[2].lower()
    first, *below = path.relative_to(os.path.abspath(folder)).parts
    if below and _IN_FOLDER.fullmatch(first):
        return Path(path.stem).stem, first.lower()
    return None, None


def _with_its_vocals(row, stems, vocals_folder):
    if "reason" in row:
        return row
    kinds = stems.get(Path(row["path"]).stem, {})
    if VOCALS not in kinds:
        reason = f"no vocals: none in {vocals_folder}"
        return {"path": row["path"], "reason": reason}
    row = {**row, "path": str(kinds[VOCALS]), "mixture": row["path"]}
    for kind in ACCOMPANIMENTS:
        if kind in kinds:
            row["accompaniment"] = str(kinds[kind])
    return row
