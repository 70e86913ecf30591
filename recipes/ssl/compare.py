#!/usr/bin/env python3
"""Compares training runs: a table of their figures, a picture of their curves.

> python recipes/ssl/compare.py hparams/compare_runs.yaml \
      --runs "results/*/[0-9]*"

Runs of one name are averaged over their seeds. The table stands in
<output_folder> as Markdown, CSV and LaTeX, the curves beside it.
"""

import os
import sys
from glob import glob
from pathlib import Path

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


from speechbrain_singer.reports.curves import plot_runs, read_history
from speechbrain_singer.reports.runs import (
    read_runs,
    runs_by_name,
    runs_table,
)
from speechbrain_singer.reports.tables import write_tables
from speechbrain_singer.runs.output_folder import open_output_folder
from speechbrain_singer.settings import load_settings, parse_arguments


def main(arguments):
    """Writes the table and draws the picture."""
    # 1. Settings and folder
    command = hparams_file, _, overrides = parse_arguments(arguments)
    hparams = load_settings(hparams_file, overrides)
    open_output_folder(hparams["output_folder"], command)

    # 2. The figures of all runs
    folders = find_folders(hparams["runs"])
    table = runs_table(read_runs(folders))

    # 3. The table, and the curves of validation
    folder = Path(hparams["output_folder"])
    write_tables(folder, table)
    print((folder / "table.md").read_text(encoding="utf-8"))
    histories = {
        name: [read_history(run / "history.jsonl") for run in runs]
        for name, runs in runs_by_name(folders).items()
    }
    plot_runs(histories, folder / "curves.png")


def find_folders(patterns):
    """The folders that a pattern, or several, find."""
    patterns = [patterns] if isinstance(patterns, str) else patterns
    found = sorted({path for pattern in patterns for path in glob(pattern)})
    folders = [Path(path) for path in found if Path(path).is_dir()]
    if not folders:
        raise FileNotFoundError(f"no folder is found by {', '.join(patterns)}")
    return folders


if __name__ == "__main__":
    main(sys.argv[1:])
