#!/usr/bin/env python3
"""Compares encoders on corpora: a table and a picture.

> python recipes/verification/compare.py hparams/compare.yaml
> python recipes/verification/compare.py hparams/compare.yaml \
      --corpora "{RAVDESS song: {corpus: ravdess_song, data_folder: PATH}}"

What the command line names comes beside what the YAML does; null takes an
entry of the YAML away. The table stands in <output_folder> as Markdown, CSV
and LaTeX.
"""

import os
import sys
from dataclasses import MISSING, fields
from itertools import product
from pathlib import Path

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.distributed import end_processes, is_main
from speechbrain_singer.evaluation.comparison import (
    ComparedCorpus,
    Comparison,
)
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.reports.comparison import (
    comparison_table,
    plot_comparison,
)
from speechbrain_singer.reports.tables import write_tables
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.settings import (
    load_settings,
    nearest,
    parse_arguments,
)
from speechbrain_singer.trials import TrialPlan

logger = get_logger(__name__)


def main(arguments):
    """Measures what has not been measured, and writes the table."""
    # 1. Settings, folders and logs
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    comparison = Comparison(
        corpora={
            name: built(ComparedCorpus, name, hparams["defaults"] | settings)
            for name, settings in present(hparams["corpora"]).items()
        },
        encoders=present(hparams["encoders"]),
        conditions={
            name: built(TrialPlan, name, settings)
            for name, settings in present(hparams["conditions"]).items()
        },
        replicates=hparams["replicates"],
        output_folder=hparams["output_folder"],
        cache_folder=hparams["cache_folder"],
    )
    claim_output_folder(hparams["output_folder"], command)
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. Every encoder on every corpus; one that fails does not stop the rest
    cells = {}
    pairs = list(product(comparison.corpora, comparison.encoders))
    bar = tqdm(pairs, "Comparing", disable=not is_main())
    for corpus, encoder in bar:
        bar.set_postfix_str(f"{encoder} on {corpus}")
        cells[corpus, encoder] = comparison.measure(corpus, encoder, run_opts)
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
    write_tables(folder, comparison_table(cells), failures)
    logger.info("%s and its neighbours have the table", folder / "table.md")
    print((folder / "table.md").read_text(encoding="utf-8"))
    plot_comparison(cells, folder / "comparison.png")


def present(entries):
    """The entries that were not taken away."""
    return {name: own for name, own in entries.items() if own is not None}


def built(kind, name, settings):
    """A corpus or a condition by its settings; a wrong key is named."""
    keys = {field.name: field.default is MISSING for field in fields(kind)}
    for key in settings:
        if key not in keys:
            raise ValueError(
                f"{name}: no key {key!r} is known{nearest(key, keys)}"
            )
    needed = [key for key, is_needed in keys.items() if is_needed]
    lacking = [key for key in needed if key not in settings]
    if lacking:
        raise ValueError(f"{name}: lacks {', '.join(lacking)}")
    try:
        return kind(**settings)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
