#!/usr/bin/env python3
"""Trains a singer encoder on voices that belong to nobody.

> python recipes/Synthetic/pretrain.py hparams/pretrain_cpu.yaml --seed 1
> python recipes/Synthetic/pretrain.py hparams/pretrain_cpu.yaml --seed 1 \
      --real_corpus ravdess_song --real_data_folder my/RAVDESS \
      --real_singers "[01, 02, 03, 04, 05, 06, 07, 08, 09, 10, 11, 12]"
> python recipes/Synthetic/synthesise.py hparams/pretrain.yaml
> torchrun --nproc_per_node 8 recipes/Synthetic/pretrain.py \
      hparams/pretrain.yaml
"""

import os
import sys

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
import torch
from speechbrain.utils.distributed import ddp_init_group

from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.dataio.sampler import clip_loader, ordered_loader
from speechbrain_singer.dataio.voice_clips import WholeVoices, check_clips
from speechbrain_singer.distributed import end_processes, own_share
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.runs.beginning import begin_run
from speechbrain_singer.settings import parse_arguments
from speechbrain_singer.supervised.person_store import (
    check_apart,
    prepare_voices,
)
from speechbrain_singer.supervised.pretrained_hand_over import (
    PretrainedHandOver,
)
from speechbrain_singer.supervised.pretraining import (
    check_batches,
    check_can_absorb,
)
from speechbrain_singer.supervised.real_voices import RealVoices
from speechbrain_singer.synthesis.singer import sex_of

# Settings that say where the data lies and what is listened to, not what is
# trained
WHERE = (
    *("store_folder", "synthesis_workers"),
    *("real_corpus", "real_data_folder", "real_singers", "real_interval"),
)


def main(arguments):
    """Trains as a command line says, and hands the encoder over."""
    # 1. Settings, folder and logs
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams, folder = begin_run(command, free=WHERE)
    sb.create_experiment_directory(folder, hparams_file, overrides)
    data, run = hparams["data"], hparams["run"]

    # 2. What cannot be is refused before persons are synthesised for hours
    share = own_share()
    step = data["batch_size"] * share["world_size"]
    train_store, valid_store = data["train_store"], data["valid_store"]
    train_store.numbers(data["persons"])
    valid_store.numbers(data["valid_persons"])
    sexes = [sex_of(person) for person in range(data["persons"])]
    check_can_absorb(hparams["modules"]["encoder"])
    check_apart(train_store.settings, valid_store.settings)
    check_batches(step, data["valid_persons"], data["valid_batch_size"])
    check_clips(
        *(train_store.settings, data["clip_frames"]),
        *(step, sexes, data["one_sex"]),
    )

    # 3. Real recordings, to listen to; persons to train on and others to
    # validate with, synthesised if they lack
    real = real_voices(data) if data["real_corpus"] else None
    how = data["synthesis_workers"], not run_opts.noprogressbar
    voices = prepare_voices(train_store, data["persons"], *how)
    held_out = prepare_voices(valid_store, data["valid_persons"], *how)
    valid_rows = rows_of(valid_store.settings, len(held_out))

    # 4. Two clips of each person, others in each epoch; each process has its
    # share of a step. All recordings of the others
    clips = data["clips"](voices, step=step, kinds=sexes)
    per_epoch = data["steps_per_epoch"] * step
    train_loader = clip_loader(
        *(clips, per_epoch, data["batch_size"], data["num_workers"]), share
    )
    valid_loader = ordered_loader(
        WholeVoices(held_out), data["valid_batch_size"]
    )

    # 5. Both clips through channels of their own, to the embeddings and what
    # the objective makes of them: the Brain
    brain = hparams["brain_class"](
        modules=hparams["modules"],
        opt_class=hparams["opt_class"],
        hparams=hparams,
        run_opts=run_opts,
        checkpointer=run["checkpointer"],
        valid_rows=valid_rows,
        real=real,
    )
    brain.fit(run["epoch_counter"], train_loader, valid_loader)

    # 6. The encoder as it is at the end, whitened within voices; its figures
    # and pictures
    hand_over = PretrainedHandOver(data["window_seconds"], "synthetic persons")
    hand_over(brain, train_loader, valid_loader)
    end_processes()


def real_voices(data):
    """Recordings of all singers of a corpus, or of those that are named."""
    prepared = data["real"].prepare()
    of_all = not data["real_singers"]
    rows = read_manifest(prepared.manifest if of_all else prepared.test)
    return RealVoices(rows, data["real_interval"], data["window_seconds"])


def rows_of(settings, persons):
    """Who sings the recordings of a store, person by person."""
    return [
        {
            "singer": str(person),
            "song": f"{person}-{recording}",
            "sex": sex_of(person),
        }
        for person in range(persons)
        for recording in range(settings.recordings)
    ]


if __name__ == "__main__":
    keep_freed_memory()
    # Numbers next to 0 take a CPU many times as long
    torch.set_flush_denormal(True)
    main(sys.argv[1:])
