#!/usr/bin/env python3
"""Trains a singer encoder by self-supervision on isolated vocals.

> python recipes/ssl/train.py hparams/byol.yaml
> python recipes/ssl/train.py hparams/byol.yaml \
      --corpus folder --data_folder my/vocals
> python recipes/ssl/train.py hparams/byol.yaml \
      --shards "my/shards/train-*.tar" --valid_shards "my/shards/valid-*.tar"
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import copy
import sys

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group

from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.dataio.sampler import clip_loader
from speechbrain_singer.distributed import end_processes, on_main, own_share
from speechbrain_singer.inference.export import check_can_export
from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.settings import load_settings, parse_arguments
from speechbrain_singer.ssl.hand_over import HandOver
from speechbrain_singer.training.checkpoints import check_same_recordings

CALIBRATION_PAIRS = 32
# Settings that say where the data lies, not what it is
WHERE = ("data_folder", "shards", "valid_shards", "test_shards")


def main(arguments):
    """Trains as a command line says, and hands the encoder over."""
    # 1. Settings, folders and logs
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    folder = hparams["output_folder"]
    claim_output_folder(folder, command, free=WHERE)
    sb.create_experiment_directory(
        experiment_directory=folder,
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    on_main(check_can_export, f"{folder}/encoder")

    # 2. Singers to train on, to validate with and to test; and pairs of random
    # clips of one voice to train with
    data, run = hparams["data"], hparams["run"]
    prepare = from_shards if data["shards"] else from_corpus
    parts, train_rows, train_pairs = prepare(data)
    valid_rows, test_rows = map(read_manifest, (parts.valid, parts.test))
    on_main(
        check_same_recordings, run["checkpointer"].checkpoints_dir, train_rows
    )

    # 3. Each process draws its share of the pairs; for validation all draw the
    # same, every time
    sizes = data["batch_size"], data["num_workers"]
    train_loader = clip_loader(
        train_pairs, data["clips_per_epoch"], *sizes, own_share()
    )
    valid_loader = None
    if valid_rows:
        valid_pairs = data["clip_pairs"](parts.valid)
        valid_loader = clip_loader(valid_pairs, data["valid_pairs"], *sizes)

    # 4. Batch normalisation begins with statistics of the data, of the same
    # clips on all processes
    pairs = min(data["batch_size"], CALIBRATION_PAIRS)
    # No name keeps the copy, nor what it holds of shards
    clips = next(iter(clip_loader(copy.copy(train_pairs), pairs, pairs)))[
        "clips"
    ]
    for name in ("encoder", "target"):
        if name in hparams["modules"]:
            calibrate_batch_norm(hparams["modules"][name], clips.flatten(0, 1))
    untrained = copy.deepcopy(hparams["modules"]["encoder"])

    # 5. Two views of each pair, and what the objective makes of them: the Brain
    brain = hparams["brain_class"](
        modules=hparams["modules"],
        opt_class=hparams["opt_class"],
        hparams=hparams,
        run_opts=run_opts,
        checkpointer=run["checkpointer"],
        valid_rows=valid_rows,
    )
    brain.fit(run["epoch_counter"], train_loader, valid_loader)

    # 6. The best encoder, its figures on the test singers, and pictures
    held_out = "shards" if data["shards"] else data["corpus"]
    hand_over = HandOver(data["clip_seconds"], held_out)
    hand_over(brain, untrained, test_rows)
    end_processes()


def from_corpus(data):
    """Parts of a corpus; pairs are drawn from anywhere in it."""
    parts = data["prepared"].prepare()
    pairs = data["clip_pairs"](parts.train)
    if pairs.voices < 2:
        raise ValueError(
            f"{parts.train}: there is but one {data['pairs']} to train with, "
            "and nothing to tell it apart from"
        )
    return parts, read_manifest(parts.train), pairs


def from_shards(data):
    """Parts of a corpus in shards; pairs are drawn as it streams by."""
    parts = data["sharded"].prepare()
    return parts, parts.train_rows, data["shard_pairs"](parts.train)


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
