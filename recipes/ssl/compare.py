#!/usr/bin/env python3
"""Compares training runs: a table of their figures, a picture of their curves.

> python recipes/ssl/compare.py results/*/[0-9]* --picture results/curves.png

The folders are output folders of `train.py`, named <name>/<seed>: runs of one
name are averaged over their seeds.
"""

import argparse
from pathlib import Path

from speechbrain_singer.reports.curves import plot_comparison, read_history
from speechbrain_singer.reports.runs import (
    comparison_table,
    read_runs,
    runs_by_name,
)


def main(arguments=None):
    """Prints the table and draws the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="NAME/SEED")
    parser.add_argument("--picture", help="where to draw the curves")
    options = parser.parse_args(arguments)
    print(comparison_table(read_runs(options.folders)))
    if options.picture:
        histories = {
            name: [read_history(folder / "history.jsonl") for folder in group]
            for name, group in runs_by_name(options.folders).items()
        }
        plot_comparison(histories, options.picture)


if __name__ == "__main__":
    main()
