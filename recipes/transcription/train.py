#!/usr/bin/env python3
"""Trains a transcriber of singing: from frames to notes.

> python recipes/transcription/train.py hparams/note_cnn.yaml
> python recipes/transcription/train.py hparams/front_end_notes.yaml \
      --front_end mert --corpus mir_st500 --data_folder my/MIR-ST500
> torchrun --nproc_per_node 2 recipes/transcription/train.py \
      hparams/front_end_notes.yaml
"""

import os
import sys

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group, infer_device
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.dataio.sampler import training_loaders
from speechbrain_singer.distributed import end_processes, on_main
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.metrics.notes import check_installed
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.stages import network_title
from speechbrain_singer.runs.beginning import begin_run
from speechbrain_singer.settings import parse_arguments
from speechbrain_singer.supervised.cached_features import CachedFeatures
from speechbrain_singer.supervised.fold_runs import is_done
from speechbrain_singer.supervised.note_parts import sung_parts
from speechbrain_singer.supervised.notes_hand_over import NotesHandOver
from speechbrain_singer.training.checkpoints import check_same_recordings

logger = get_logger(__name__)

# Settings that say where the data lies, not what it is
WHERE = ("data_folder", "cache_folder")


def main(arguments):
    """Trains as a command line says."""
    # 1. Settings, folder and logs
    command = _, run_opts, _ = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams, folder = begin_run(command, free=WHERE, exported="transcriber")
    sb.create_experiment_directory(folder, command[0], command[2])
    check_installed()
    stages = hparams["run"]["stages"]
    epochs = {stage.name: stage.epochs for stage in stages}
    if run_opts.get("debug"):
        # A few steps are no match for what may be in the folder of the run
        folder = f"{folder}/debug"
    elif on_main(is_done, folder, epochs, "report.html"):
        logger.info("%s: is done", folder)
        end_processes()
        return

    # 2. Recordings and their notes: whoever is tested is not trained on, and
    # nor are the songs
    data, shown = hparams["data"], not run_opts.get("noprogressbar", False)
    manifests = data["prepared"].prepare()
    rows = {
        part: read_manifest(getattr(manifests, part))
        for part in ("train", "valid", "test")
    }
    parts = sung_parts(rows, hparams["keep_shared_songs"])
    for stage in stages:
        saved = stage.options["checkpointer"].checkpoints_dir
        on_main(check_same_recordings, saved, parts["train"].rows)

    # 3. Chunks with the labels of their frames
    modules = hparams["modules"]
    network = modules["features"], modules["encoder"]
    chunks = {
        part: parts[part].chunks(*network, data["chunk_seconds"], shown)
        for part in ("train", "valid")
    }

    # 4. From a chunk to what is sung in its frames; a stage begins with the
    # best weights of the one before it
    device = run_opts.get("device") or infer_device()
    hand_over = NotesHandOver(folder, data["chunk_seconds"], parts)
    for stage in stages:
        stage.begin(modules["features"])
        examples = chunks
        if hparams["cache_features"] and is_fixed(modules["features"]):
            cache = CachedFeatures(
                *(modules["features"], data["cache_folder"]),
                device=device,
                progressbar=shown,
            )
            examples = {part: cache.of(own) for part, own in chunks.items()}
        loaders = training_loaders(
            hparams["examples"](examples["train"]),
            examples["valid"],
            *(hparams["batch_size"], hparams["num_workers"]),
        )
        brain = build_brain(hparams, run_opts, stage)
        brain.fit(stage.epoch_counter, *loaders)

        # 5. The best transcriber of the stage, and its figures on whole songs
        hand_over.measure(brain, stage.name)
        brain.let_go()
    title = (
        f"{data['corpus']}: which notes? {network_title(hparams['network'])}"
    )
    results = Results(folder, title, hparams["settings"])
    hand_over.write(results, described(modules, epochs))
    end_processes()


def is_fixed(features):
    """Whether nothing of it is trained, so that it gives the same each time."""
    return not any(p.requires_grad for p in features.parameters())


def build_brain(hparams, run_opts, stage):
    """The Brain of a stage."""
    return hparams["brain_class"](
        modules=hparams["modules"],
        opt_class=hparams["opt_class"],
        hparams=hparams,
        run_opts=run_opts,
        **stage.options,
    )


def described(modules, epochs):
    """What stands in `metrics.json` beside the figures."""
    features = modules["features"]
    own = features, modules["encoder"], modules["head"]
    return {
        "epochs_asked": epochs,
        "parameters": sum(p.numel() for m in own for p in m.parameters()),
        # Labels are at the exact middles of frames
        "frame_rate": features.frame_rate,
        "first_frame": features.first_frame,
    }


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
