"""Cells of a comparison: what was measured once is not measured again."""

import hashlib
import json
import re
from pathlib import Path

from speechbrain_singer.dataio.files import atomic_open


def file_name(name):
    """A name as files can have it.

    Example
    -------
    >>> file_name("ours: 2/3")
    'ours__2_3'
    """
    return re.sub(r"[^\w.-]", "_", name)


def cell_file(folder, name):
    """Where the figures of a cell stand, below the folder of a comparison."""
    return Path(folder, "cells", f"{file_name(name)}.json")


def cell_key(*facts):
    """What figures depend on, in short.

    Arguments
    ---------
    *facts : object
        As JSON takes them.

    Returns
    -------
    key : str
        16 hexadecimal digits.

    Example
    -------
    >>> cell_key({"seed": 1}) == cell_key({"seed": 2})
    False
    """
    text = json.dumps(facts)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def read_cell(file, key):
    """What was measured under this key.

    Arguments
    ---------
    file : Path
    key : str or None
        None of what cannot be told from another.

    Returns
    -------
    cell : dict or None
        None if nothing was, or the file is damaged.
    """
    try:
        cell = json.loads(file.read_text(encoding="utf-8"))
        known_by = cell.pop("key", None)
    # Missing, or damaged
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return cell if key and known_by == key else None


def write_cell(file, cell, key):
    """Keeps what was measured.

    Arguments
    ---------
    file : Path
    cell : dict
    key : str or None

    Example
    -------
    >>> file = cell_file(getfixture("tmp_path"), "ours on mine")
    >>> write_cell(file, {"EER": 9.0}, "0123")
    >>> read_cell(file, "0123"), read_cell(file, "4567")
    ({'EER': 9.0}, None)
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_open(file) as opened:
        json.dump({**cell, "key": key}, opened, indent=2)
