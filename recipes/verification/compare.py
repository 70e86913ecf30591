#!/usr/bin/env python3
"""Measures encoders side by side on corpora: a table and a picture.

> python recipes/verification/compare.py hparams/compare.yaml
> python recipes/verification/compare.py hparams/compare.yaml \
      --corpora "{RAVDESS song: {corpus: ravdess_song, data_folder: PATH}}"

What the command line names comes beside what the YAML does; null takes an
entry of the YAML away. The table stands in <output_folder> as Markdown, CSV
and LaTeX.
"""

import sys
from itertools import product
from pathlib import Path

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.distributed import end_processes, is_main
from speechbrain_singer.evaluation.comparison import (
    check_corpora,
    measured,
    side_by_side_table,
)
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.reports.comparison_plot import plot_side_by_side
from speechbrain_singer.reports.tables import write_tables
from speechbrain_singer.settings import load_settings, parse_arguments

logger = get_logger(__name__)

# What this script takes from the YAML
NEEDED = [
    "cache_folder",
    "conditions",
    "corpora",
    "defaults",
    "encoders",
    "output_folder",
    "replicates",
    "seed",
]


def main(arguments):
    """Measures what has not been measured, and writes the table."""
    # 1. Settings, folders and logs
    hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    check_corpora(hparams)
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. Every encoder on every corpus; one that fails does not stop the rest
    cells = {}
    pairs = list(product(named(hparams["corpora"]), named(hparams["encoders"])))
    bar = tqdm(pairs, "Comparing", disable=not is_main())
    for corpus, encoder in bar:
        bar.set_postfix_str(f"{encoder} on {corpus}")
        cells[corpus, encoder] = measured(corpus, encoder, hparams, run_opts)
    if not end_processes():
        return

    # 3. The table and its picture
    folder = Path(hparams["output_folder"])
    failures = [
        f"{encoder} on {corpus}: {cell['failure']}"
        for (corpus, encoder), cell in cells.items()
        if "failure" in cell
    ]
    if len(failures) == len(cells):
        raise RuntimeError("nothing could be measured: " + "; ".join(failures))
    write_tables(folder, side_by_side_table(cells), failures)
    plot_side_by_side(cells, folder / "comparison.png")
    logger.info("%s and its neighbours have the table", folder / "table.md")
    print((folder / "table.md").read_text(encoding="utf-8"))


def named(entries):
    """Names of the entries that were not taken away."""
    return [name for name, entry in entries.items() if entry is not None]


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
