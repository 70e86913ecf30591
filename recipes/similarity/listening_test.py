#!/usr/bin/env python3
"""Makes a listening test in a file: which of two encoders recommends better?

> python recipes/similarity/listening_test.py hparams/listening_test.yaml \
      --encoder_a results/cvsm_hybrid/1234/encoder --encoder_b mfcc \
      --corpus mtg_jamendo --data_folder PATH --column mixture

The file listening_test.html is for the listeners, and key.csv stays here:
recipes/similarity/listening_results.py reads their answers with it.
"""

import os
import sys
from functools import partial

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group

from speechbrain_singer.dataio.other_files import rows_of_column
from speechbrain_singer.distributed import end_processes, on_main
from speechbrain_singer.evaluation.cache import cached_embeddings
from speechbrain_singer.evaluation.encoders import by_distance, load_encoder
from speechbrain_singer.evaluation.listening_test import (
    Questions,
    check_models,
    in_both,
)
from speechbrain_singer.evaluation.recommendation import Recommender
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.reports.listening_test import (
    cut_once,
    take_questions,
    write_listening_test,
)
from speechbrain_singer.reports.results import Results
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.runs.recordings import check_measured
from speechbrain_singer.settings import load_settings, parse_arguments

# Whatever else listeners read, the questions stay
TEXTS = ("title", "instructions", "ending", "megabytes")


def main(arguments):
    """Makes the test that a command line asks for."""
    # 1. Settings, folders and logs; how large the page can become
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    clips, count = hparams["clips"], hparams["questions"]
    clips.check_size(count, hparams["megabytes"])
    names = hparams["name_a"], hparams["name_b"]
    check_models(names)
    claim_output_folder(hparams["output_folder"], command, free=TEXTS)
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. The recordings, and what is heard of them
    voices = hparams["recordings"].rows()
    on_main(check_measured, hparams["output_folder"], voices)
    _, rows = on_main(rows_of_column, voices, hparams["column"], True)

    # 3. Their embeddings by both encoders; each process encodes its share
    sources = hparams["encoder_a"], hparams["encoder_b"]
    encoders = [load_encoder(source, run_opts) for source in sources]
    progressbar = not run_opts.get("noprogressbar", False)
    embedded = [
        cached_embeddings(encoder, rows, hparams["cache_folder"], progressbar)
        for encoder in encoders
    ]
    if not end_processes():
        return
    embeddings, rows = in_both(*embedded)

    # 4. Queries for which they recommend different recordings, and clips of
    # all three
    recommend = partial(
        Recommender, rows=rows, other_singers=hparams["other_singers"]
    )
    recommenders = {
        name: recommend(own, by_distance=by_distance(encoder))
        for name, own, encoder in zip(names, embeddings, encoders, strict=True)
    }
    questions = Questions(recommenders, rows, hparams["seed"])
    taken = take_questions(questions, cut_once(clips, rows, voices), count)

    # 5. The page for the listeners, and the key that stays here
    results = Results(
        hparams["output_folder"], hparams["title"], hparams["settings"]
    )
    write_listening_test(results, taken, questions, hparams["texts"])


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
