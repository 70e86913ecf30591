#!/usr/bin/env python3
"""Trains a singer encoder by self-supervision on isolated vocals.

> python recipes/ssl/train.py hparams/byol.yaml
> python recipes/ssl/train.py hparams/byol.yaml \
      --corpus folder --data_folder my/vocals
"""

import copy
import sys

import speechbrain as sb
import torch
from speechbrain.utils.distributed import ddp_init_group, run_on_main

from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.clips import ClipPairs
from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.dataio.sampler import ClipBatches
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.distributed import end_processes, own_share
from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.settings import load_settings, parse_arguments
from speechbrain_singer.ssl.hand_over import hand_over
from speechbrain_singer.training.checkpoints import check_same_recordings

# What this script takes from the YAML; the rest is between YAML and Brain
NEEDED = [
    "augmentation",
    "batch_size",
    "brain_class",
    "checkpointer",
    "clip_seconds",
    "clips_per_epoch",
    "corpus",
    "corpus_options",
    "data_folder",
    "encoder",
    "epoch_counter",
    "history_file",
    "lr_schedule",
    "manifest_folder",
    "modules",
    "opt_class",
    "output_folder",
    "pairs",
    "sample_rate",
    "save_folder",
    "seed",
    "tensorboard_folder",
    "test_singers",
    "train_loader_kwargs",
    "train_logger",
    "use_tensorboard",
    "valid_pairs",
    "valid_singers",
]
# What some of the Brains take besides
OPTIONAL = ["momentum_schedule", "predictor_lr_scale"]

CALIBRATION_PAIRS = 32


def main(arguments):
    """Trains as a command line says, and hands the encoder over."""
    # 1. Settings, folders and logs
    hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. Manifests of the corpus
    manifests = prepare_manifests(hparams)
    valid_rows = read_manifest(manifests.valid)

    # 3. Loaders of random pairs of clips, each process its share of them;
    # validation draws the same pairs every time, on each process
    clips_per_epoch = hparams["clips_per_epoch"]
    train_loader = pair_loader(
        hparams, manifests.train, clips_per_epoch, **own_share()
    )
    if train_loader.dataset.voices < 2:
        raise ValueError(
            f"{manifests.train}: there is but one {hparams['pairs']} to train "
            "with, and nothing to tell it apart from"
        )
    valid_loader = None
    if valid_rows:
        valid_pairs = hparams["valid_pairs"]
        valid_loader = pair_loader(hparams, manifests.valid, valid_pairs)

    # 4. Training
    calibrate(hparams, manifests.train)
    before = copy.deepcopy(hparams["encoder"])
    brain = hparams["brain_class"](
        modules=hparams["modules"],
        opt_class=hparams["opt_class"],
        hparams=hparams,
        run_opts=run_opts,
        checkpointer=hparams["checkpointer"],
        valid_rows=valid_rows,
    )
    brain.train_sampler = train_loader.batch_sampler
    brain.fit(hparams["epoch_counter"], train_loader, valid_loader)

    # 5. The encoder to use, its figures and pictures
    hand_over(
        brain,
        hparams["output_folder"],
        hparams["clip_seconds"],
        before,
        read_manifest(manifests.test),
    )
    end_processes()


def prepare_manifests(hparams):
    """Manifests of the corpus; refuses to go on with another one's run."""
    manifests = Corpus(
        hparams["corpus"],
        hparams["data_folder"],
        hparams["manifest_folder"],
        hparams["corpus_options"],
        Split(
            hparams["valid_singers"], hparams["test_singers"], hparams["seed"]
        ),
    ).prepare()
    run_on_main(
        check_same_recordings,
        args=[hparams["save_folder"], read_manifest(manifests.train)],
    )
    return manifests


def pair_loader(hparams, manifest, clips_per_epoch, **shares):
    """Batches of pairs of clips from the recordings of a manifest."""
    pairs = ClipPairs(
        manifest,
        hparams["clip_seconds"],
        hparams["sample_rate"],
        hparams["seed"],
        hparams["pairs"],
    )
    batches = ClipBatches(
        clips_per_epoch,
        max(1, min(hparams["batch_size"], clips_per_epoch)),
        **shares,
    )
    return torch.utils.data.DataLoader(
        pairs, batch_sampler=batches, **hparams["train_loader_kwargs"]
    )


def calibrate(hparams, manifest):
    """Gives batch normalisation statistics of the data to begin with.

    The same batch for all processes, so that they begin with equal ones.
    """
    pairs = min(hparams["batch_size"], CALIBRATION_PAIRS)
    loader = pair_loader(hparams, manifest, pairs)
    clips = next(iter(loader))["clips"].flatten(0, 1)
    for name in ("encoder", "target"):
        if name in hparams["modules"]:
            calibrate_batch_norm(hparams["modules"][name], clips)


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
