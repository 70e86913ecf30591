#!/usr/bin/env python3
"""Tells which of two encoders listeners preferred, from their answers.

> python recipes/similarity/listening_results.py \
      hparams/listening_results.yaml \
      --test_folder results/listening_test/mtg_jamendo/cvsm_hybrid-1234-mfcc \
      --answers "answers/*.csv"

Files of other tests, and damaged ones, are named and left out. The table
stands in <output_folder> as Markdown, CSV and LaTeX.
"""

import os
import sys
from glob import glob

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb

from speechbrain_singer.evaluation.listening_answers import read_answers
from speechbrain_singer.evaluation.listening_key import read_key
from speechbrain_singer.reports.listening_results import write_preferences
from speechbrain_singer.reports.results import Results
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.settings import load_settings, parse_arguments


def main(arguments):
    """Reads the answers and writes the table."""
    # 1. Settings, and the key, without which nothing can be told
    command = hparams_file, _, overrides = parse_arguments(arguments)
    hparams = load_settings(hparams_file, overrides)
    key = read_key(hparams["key_file"])
    files = find_files(hparams["answers"])
    # More answers may have come since
    claim_output_folder(hparams["output_folder"], command, free=["answers"])
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. Who answered what
    answers, refused = read_answers(files, key)

    # 3. Which of the two they preferred
    results = Results(
        hparams["output_folder"], "Listening test", hparams["settings"]
    )
    print(write_preferences(results, answers, key, refused))


def find_files(patterns):
    """The files that a pattern, or several, find."""
    patterns = [patterns] if isinstance(patterns, str) else patterns
    patterns = [os.path.expanduser(pattern) for pattern in patterns]
    found = sorted({path for pattern in patterns for path in glob(pattern)})
    if not found:
        raise FileNotFoundError(f"no file is found by {', '.join(patterns)}")
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
