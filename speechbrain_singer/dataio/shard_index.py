"""What the shards of a folder hold, and what could not be written to them."""

import json
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.csv_files import csv_writer
from speechbrain_singer.dataio.files import atomic_open

logger = get_logger(__name__)

COUNTED = ("recordings", "seconds", "singers")


def write_index(folder, notes):
    """Writes `shards.json` and `skipped.csv`.

    Arguments
    ---------
    folder : str or Path
    notes : dict of str to dict
        As `write_shards` returns them.

    Raises
    ------
    ValueError
        If no recording is in any of the shards.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> note = {"recordings": 2, "seconds": 7.5, "singers": 1, "skipped": []}
    >>> write_index(folder, {"train-000000.tar": note})
    >>> print((folder / "shards.json").read_text())
    {
     "train-000000.tar": {
      "recordings": 2,
      "seconds": 7.5,
      "singers": 1
     }
    }
    """
    skipped = [row for note in notes.values() for row in note["skipped"]]
    with atomic_open(Path(folder, "skipped.csv")) as file:
        writer = csv_writer(file)
        writer.writerow(["path", "reason"])
        writer.writerows([row["path"], row["reason"]] for row in skipped)
    if skipped:
        logger.warning(
            "%d recordings could not be written; listed in %s",
            *(len(skipped), Path(folder, "skipped.csv")),
        )
    # A shard of which nothing could be read was not written
    counts = {
        name: {key: note[key] for key in COUNTED}
        for name, note in notes.items()
        if note["recordings"]
    }
    if not counts:
        raise ValueError(f"{folder}: none of the recordings could be written")
    with atomic_open(Path(folder, "shards.json")) as file:
        json.dump(counts, file, indent=1)
