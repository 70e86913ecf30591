#!/usr/bin/env python3
"""Trains a network on names: of singers, of techniques, or of both in a pair.

> python recipes/supervised/train.py hparams/singer_cnn.yaml --fold all
> python recipes/supervised/train.py hparams/singer_cnn.yaml --fold 3 \
      --corpus damp --data_folder my/DAMP --corpus_options "{singers: 46}"
> torchrun --nproc_per_node 2 recipes/supervised/train.py \
      hparams/singer_cnn.yaml --fold all
> python recipes/supervised/train.py hparams/performance_siamese.yaml
> python recipes/supervised/train.py hparams/front_end_singer.yaml
> python recipes/supervised/train.py hparams/front_end_technique.yaml \
      --front_end wavlm

Of several folds the processes of a torchrun train different ones; one fold, or
a single run, they train together.
"""

import os
import sys
from pathlib import Path

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group, infer_device
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.locks import one_at_a_time
from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.dataio.sampler import clip_loader, training_loaders
from speechbrain_singer.distributed import end_processes, on_main, own_share
from speechbrain_singer.inference.export import check_can_export
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.reports.folds import write_folds
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.stages import network_title, write_stages
from speechbrain_singer.runs.beginning import begin_run
from speechbrain_singer.settings import flat_settings, parse_arguments
from speechbrain_singer.supervised.cached_features import cached_parts
from speechbrain_singer.supervised.classifier_hand_over import (
    ClassifierHandOver,
)
from speechbrain_singer.supervised.fold_runs import (
    check_same_in_all_folds,
    is_done,
    outcomes_of,
    train_folds,
)
from speechbrain_singer.supervised.parts import Recordings, named_rows
from speechbrain_singer.supervised.probing import PROBE, probe_scores
from speechbrain_singer.supervised.siamese_hand_over import SiameseHandOver
from speechbrain_singer.supervised.spectrograms import cached_spectrograms
from speechbrain_singer.training.checkpoints import check_same_recordings

logger = get_logger(__name__)

# Settings that say where the data lies, not what it is
WHERE = ("data_folder",)


def main(arguments):
    """Trains as a command line says."""
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    settings = flat_settings(hparams_file, overrides)
    kinds = {"data.chunks": train_chunks, "valid_pairs": train_siamese}
    train = next((kinds[k] for k in kinds if k in settings), train_windows)
    if "fold" in settings:
        train_folds(train, command, settings["fold"], settings["folds"])
    else:
        ddp_init_group(run_opts)
        train(*command)


def train_windows(*command):
    """Trains and tests the classifier of one fold."""
    # 1. Settings, folder and logs
    hparams, folder = begin_fold(command)
    data, run = hparams["data"], hparams["run"]
    if debugs(command):
        folder = f"{folder}/debug"
    elif on_main(is_done, folder, hparams["epochs"]):
        logger.info("%s: is done", folder)
        show_folds(hparams)
        return

    # 2. Recordings that can be used, as windows: those of the fold test, those
    # of the next one validate. Whoever is tested is trained on
    recordings = read_recordings(data, command)
    parts = recordings.split(hparams["split"], closed=True)
    names = parts["train"].names
    on_main(check_can_export, f"{folder}/encoder", names)
    saved = run["checkpointer"].checkpoints_dir
    on_main(check_same_recordings, saved, parts["train"].rows)

    # 3. All windows of training, in an order of their own in each epoch
    loaders = loaders_of(hparams, parts)

    # 4. From a window to its singer: encoder and classifier
    modules = hparams["modules"]
    dimension = modules["encoder"].embedding_dim
    classifier = hparams["classifier"](input_dim=dimension, names=names)
    modules = modules | {"classifier": classifier}
    brain = build_brain(hparams, command, modules, run["checkpointer"])
    brain.fit(run["epoch_counter"], *loaders)

    # 5. The best classifier and its figures; those of all folds so far
    hand_over = ClassifierHandOver(
        *(folder, hparams["fold"], hparams["folds"]),
        *(window_seconds(data), hparams["epochs"]),
    )
    hand_over.take("trained", brain, parts, hparams["num_workers"])
    hand_over.finish(parts)
    show_folds(hparams)


def train_chunks(*command):
    """Trains and tests a classifier of chunks of audio."""
    # 1. Settings, folder and logs
    hparams, folder = begin_fold(command)
    data = hparams["data"]
    epochs = [stage.epochs for stage in hparams["run"]["stages"]]
    if debugs(command):
        folder = f"{folder}/debug"
    elif on_main(is_done, folder, epochs):
        logger.info("%s: is done", folder)
        show_folds(hparams)
        return

    # 2. Chunks that are not silent, in parts: other recordings of the same
    # singers are tested, or techniques of singers who do not train
    rows = read_manifest(data["prepared"].prepare().manifest)
    parts = data["chunks"].of(
        rows, hparams["split"], hparams["sample_rate"], shows(command)
    )
    on_main(check_can_export, f"{folder}/encoder", parts["train"].names)

    # 3. Figures of chunks and of recordings, of each stage; the best network
    hand_over = ClassifierHandOver(
        *(folder, hparams["fold"] if "fold" in hparams else 0),
        *(hparams["folds"] if "fold" in hparams else 1, data["chunk_seconds"]),
        epochs,
        label=data["label"],
        details={"network": network_title(hparams["network"])},
    )
    if "probe" in hparams:
        scores, count = probe_scores(hparams["probe"], parts, shows(command))
        hand_over.take_predictions(PROBE, scores, parts, {"parameters": count})
    else:
        train_stages(hparams, command, parts, hand_over)
    hand_over.finish(parts)
    show_folds(hparams)


def train_stages(hparams, command, parts, hand_over):
    """Trains a network on chunks: first with its front end frozen."""
    # 1. From a waveform to its class: features, encoder and classifier
    data, names = hparams["data"], parts["train"].names
    features, encoder = hparams["features"], hparams["encoder"]
    classifier = hparams["classifier"](encoder.embedding_dim, names)
    modules = {
        "features": features,
        "encoder": encoder,
        "classifier": classifier,
    }
    weights = hparams["class_weights"]
    if weights is not None:  # the rarer a class, the more
        weights = weights(parts["train"].windows.label, len(names))

    for stage in hparams["run"]["stages"]:
        # 2. What is frozen is computed once, if there is room for it
        stage.begin(features)
        saved = stage.options["checkpointer"].checkpoints_dir
        on_main(check_same_recordings, saved, parts["train"].rows)
        own = parts
        if data["cache_features"] and not stage.trains_features:
            own = cached_parts(
                *(features, encoder, parts, data["cache_folder"]),
                *(device_of(command), shows(command)),
            )

        # 3. All chunks of training, in an order of their own in each epoch
        loaders = loaders_of(hparams, own)

        # 4. From the best weights of the stage before, with a new optimiser
        own_options = {**stage.options, "class_weights": weights}
        brain = build_brain(hparams, command, modules, **own_options)
        brain.fit(stage.epoch_counter, *loaders)
        hand_over.take(stage.name, brain, own, hparams["num_workers"])
        brain.let_go()


def train_siamese(*command):
    """Trains and tests a siamese network."""
    # 1. Settings, folder and logs
    hparams, folder = begin(command)
    data, run = hparams["data"], hparams["run"]
    if debugs(command):
        folder = f"{folder}/debug"
    elif on_main(is_done, folder, hparams["epochs"], "report.html"):
        logger.info("%s: is done", folder)
        end_processes()
        return

    # 2. Recordings that can be used, as windows: no singer is in two parts
    recordings = read_recordings(data, command)
    parts = recordings.split(hparams["split"], closed=False)
    saved = run["checkpointer"].checkpoints_dir
    on_main(check_same_recordings, saved, parts["train"].rows)

    # 3. Pairs of windows, others in each epoch; for validation always the same
    sizes = hparams["batch_size"], hparams["num_workers"]
    pairs = {
        name: hparams["window_pairs"](part.windows, part.column("song"))
        for name, part in parts.items()
    }
    train_loader = clip_loader(
        pairs["train"], hparams["pairs_per_epoch"], *sizes, own_share()
    )
    valid_loader, test_loader = (
        clip_loader(pairs[name], hparams["valid_pairs"], *sizes)
        for name in ("valid", "test")
    )

    # 4. From both windows of a pair to their distance
    modules = hparams["modules"]
    brain = build_brain(hparams, command, modules, run["checkpointer"])
    brain.fit(run["epoch_counter"], train_loader, valid_loader)

    # 5. The best encoder, its figures on the test singers, and pictures
    title = f"{data['corpus']}: performances of a singer"
    hand_over = SiameseHandOver(
        window_seconds(data), data["corpus"], hparams["epochs"]
    )
    results = Results(folder, title, hparams["settings"])
    hand_over(brain, parts, test_loader, results)
    end_processes()


def begin(command, folder_key="output_folder"):
    """Begins a run in its folder."""
    hparams, folder = begin_run(command, folder_key, WHERE)
    sb.create_experiment_directory(folder, command[0], command[2])
    return hparams, folder


def begin_fold(command):
    """Begins one of several runs with the same settings."""
    hparams, folder = begin(command, "run_folder")
    settings = flat_settings(command[0], command[2])
    on_main(check_same_in_all_folds, hparams["output_folder"], settings, WHERE)
    return hparams, folder


def show_folds(hparams):
    """Writes the tables and the page of all folds that have ended."""
    if not end_processes():
        return
    data, folder = hparams["data"], hparams["output_folder"]
    title = f"{data['corpus']}: which {data.get('label', 'singer')}?"
    # Whoever comes last has seen the folds of all the others
    with one_at_a_time(folder):
        outcomes = outcomes_of(folder)
        if "label" in data:
            title = f"{title} {network_title(hparams['network'])}"
            by = Path(hparams["run_folder"]).parent.name.removeprefix("by_")
            outcomes = outcomes.get(by)
        if not outcomes:  # nothing but a few steps of --debug
            return
        results = Results(folder, title, hparams["settings"])
        if "label" in data:
            write_stages(results, outcomes, data["label"])
        else:
            write_folds(results, outcomes)


def read_recordings(data, command):
    """`Recordings` of which the singers' names are known."""
    rows = read_manifest(data["prepared"].prepare().manifest)
    spectrograms, rows = cached_spectrograms(
        *(data["features"], named_rows(rows), data["cache_folder"]),
        device=device_of(command),
        progressbar=shows(command),
    )
    return Recordings(rows, spectrograms, data["windows"])


def loaders_of(hparams, parts):
    """Batches that train, each epoch in another order, and that validate."""
    return training_loaders(
        hparams["examples"](parts["train"].windows),
        parts["valid"].windows,
        *(hparams["batch_size"], hparams["num_workers"]),
    )


def build_brain(hparams, command, modules, checkpointer, **options):
    """The Brain of a run, or of a stage of it."""
    return hparams["brain_class"](
        modules=modules,
        opt_class=hparams["opt_class"],
        hparams=hparams,
        run_opts=command[1],
        checkpointer=checkpointer,
        **options,
    )


def device_of(command):
    """Where to compute before there is a Brain."""
    return command[1].get("device") or infer_device()


def debugs(command):
    """Whether it is a few steps, which are no match for results of a run."""
    return bool(command[1].get("debug"))


def shows(command):
    """Whether to show how far something is."""
    return not command[1].get("noprogressbar", False)


def window_seconds(data):
    """Length of what a window of frames is made of."""
    hop = data["features"].hop_length / data["sample_rate"]
    return (data["window_frames"] - 1) * hop


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
