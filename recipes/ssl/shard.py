#!/usr/bin/env python3
"""Writes a corpus as WebDataset shards, for what does not fit on one disk.

> python recipes/ssl/shard.py hparams/shard.yaml \
      --corpus folder --data_folder my/vocals --output_folder my/shards

A run that was killed goes on when the same command is given again.
"""

import os
import sys
from pathlib import Path

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb

from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.dataio.shard_index import write_index
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.runs.recordings import check_recordings
from speechbrain_singer.settings import load_settings, parse_arguments

PARTS = ("train", "valid", "test")


def main(arguments):
    """Writes the shards of all parts, and what they hold."""
    # 1. Settings and folder
    command = hparams_file, _, overrides = parse_arguments(arguments)
    hparams = load_settings(hparams_file, overrides)
    folder = Path(hparams["output_folder"])
    claim_output_folder(folder, command, free=["data_folder"])
    sb.create_experiment_directory(
        experiment_directory=folder,
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. The corpus: singers to train on, to validate with and to test
    manifests = hparams["prepared"].prepare()
    paths = {part: getattr(manifests, part) for part in PARTS}
    rows = [row for path in paths.values() for row in read_manifest(path)]
    there = any(folder.glob("*.tar"))
    check_recordings(folder / "sharded.json", rows, has_results=there)

    # 3. Shards, each with recordings of one part
    shards = {}
    for part, manifest in paths.items():
        shards |= hparams["write"](manifest, folder, part)

    # 4. What they hold, and what could not be written
    write_index(folder, shards)


if __name__ == "__main__":
    main(sys.argv[1:])
