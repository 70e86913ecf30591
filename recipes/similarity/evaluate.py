#!/usr/bin/env python3
"""Measures what an encoder knows of the voices in mixtures, and alone.

> python recipes/similarity/evaluate.py hparams/similarity.yaml \
      --encoder results/cvsm_hybrid/1234/encoder
> python recipes/similarity/evaluate.py \
      recipes/MTG_Jamendo/hparams/similarity.yaml --data_folder PATH \
      --encoder mert
"""

import os
import sys

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group

from speechbrain_singer.dataio.manifest import column_names
from speechbrain_singer.distributed import end_processes, on_main
from speechbrain_singer.evaluation.encoders import load_encoder
from speechbrain_singer.evaluation.voices import hear
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.similarity import write_voices
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.runs.recordings import check_measured
from speechbrain_singer.settings import load_settings, parse_arguments


def main(arguments):
    """Measures as a command line says."""
    # 1. Settings, folders and logs
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    voices = hparams["voices"]
    colours = column_names("colours", hparams["colours"])
    claim_output_folder(hparams["output_folder"], command)
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )
    progressbar = not run_opts.get("noprogressbar", False)

    # 2. Clips whose vocals sound, of the mixtures and of the vocals
    clips = voices["clips"].rows(progressbar)
    rows = next(iter(clips.values()))
    on_main(check_measured, hparams["output_folder"], rows)
    on_main(voices["protocol"].check, rows)

    # 3. Their embeddings, frozen; each process encodes its share
    encoder = load_encoder(hparams["encoder"], run_opts)
    heard = hear(encoder, clips, hparams["cache_folder"], progressbar)
    if not end_processes():
        return

    # 4. Who is it, from how much; of which sex; and who is alike?
    report = voices["protocol"].run(heard, progressbar)

    # 5. Figures, pictures and the page of all of them
    title = f"{hparams['name']} on {voices['corpus']}: whose voice is it?"
    settings = {"encoder": hparams["encoder"], **voices["settings"]}
    results = Results(hparams["output_folder"], title, settings)
    write_voices(results, hparams["name"], report, heard, colours)


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
