"""Deezer's splits of FMA and MTG-Jamendo for singer identification.

Desblancs, Meseguer-Brocal, Hennequin and Moussallam, "From Real to Cloned
Singer Identification", ISMIR 2024. splits.zip in the Releases of
https://github.com/deezer/real-cloned-singer-id; their form was read in its
`evaluation/dataset.py`. Not verified: the archive itself, so what its singers
are called (the keys are taken as they are).
"""

import os
from pathlib import Path

from speechbrain_singer.corpora.parts import part_of
from speechbrain_singer.dataio.files import read_json

PARTS = ("train", "val", "test")
SOURCE = (
    "splits.zip is in the Releases of "
    "https://github.com/deezer/real-cloned-singer-id"
)


def read_splits(data_folder, splits, corpus):
    """Reads who sings which track, in which part.

    Arguments
    ---------
    data_folder : str or Path
    splits : str or Path
        The folder with `<corpus>_train_set.json`, `<corpus>_val_set.json` and
        `<corpus>_test_set.json`, there or below; or one of these files.
        Relative to the data folder.
    corpus : str
        fma or mtg.

    Returns
    -------
    labels : dict
        ID of the track, without leading zeros -> its singer and its part.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    ValueError
        If a file is no such split, or a track stands in two places.

    Example
    -------
    >>> path = getfixture("tmp_path") / "fma_val_set.json"
    >>> _ = path.write_text('{"7": {"track": {"file_id": "000012.mp3"}}}')
    >>> read_splits(path.parent, path.name, "fma")
    {'12': ('7', 'valid')}
    """
    labels = {}
    for path in _files(data_folder, splits, corpus):
        part = part_of(path.stem.split("_")[1])
        for singer, track in _tracks(path):
            first = labels.setdefault(track, (singer, part))
            if first != (singer, part):
                raise ValueError(
                    f"{path}: track {track} is sung by {singer} ({part}), and "
                    f"by {first[0]} ({first[1]}) elsewhere: {SOURCE}"
                )
    return labels


def label_tracks(files, tracks, splits):
    """Keeps the tracks of the splits; singer and part are those of there.

    Arguments
    ---------
    files : dict
        Track -> path.
    tracks : dict
        Track -> labels; those that are kept get `singer` and `split`.
    splits : dict
        As `read_splits` returns it.

    Returns
    -------
    files : dict
        Of the tracks that stand in the splits.

    Example
    -------
    >>> tracks = {"2": {"song": "Food"}, "3": {"song": "Electric Ave"}}
    >>> label_tracks({"2": "2.mp3", "3": "3.mp3"}, tracks, {"2": ("7", "test")})
    {'2': '2.mp3'}
    >>> tracks["2"]
    {'song': 'Food', 'singer': '7', 'split': 'test'}
    """
    kept = {track: path for track, path in files.items() if track in splits}
    for track in kept:
        singer, part = splits[track]
        tracks[track] |= {"singer": singer, "split": part}
    return kept


def _files(data_folder, splits, corpus):
    root = Path(os.path.abspath(os.path.join(data_folder, splits)))
    names = [f"{corpus}_{part}_set.json" for part in PARTS]
    if root.is_file():
        if root.name not in names:
            raise FileNotFoundError(
                f"{root}: is none of {', '.join(names)}: {SOURCE}"
            )
        return [root]
    files = [next(iter(sorted(root.rglob(name))), None) for name in names]
    if None in files:
        missing = names[files.index(None)]
        raise FileNotFoundError(
            f"{root}: no {missing} there or below: {SOURCE}"
        )
    return files


def _tracks(path):
    """Singer and track of each entry; FMA has a level more than MTG."""
    for singer, entry in read_json(path, SOURCE).items():
        try:
            tracks = entry["track"] if "track" in entry else entry
            tracks = tracks if isinstance(tracks, list) else [tracks]
            ids = [str(int(Path(track["file_id"]).stem)) for track in tracks]
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(
                f"{path}: {singer}: no track or list of tracks with a file_id "
                f"({error!r}): {SOURCE}"
            ) from None
        yield from ((singer, track) for track in ids)
