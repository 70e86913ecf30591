#!/usr/bin/env python3
"""Asks encoders whose voice it is: one table, and one page with the curves.

> python recipes/similarity/compare.py hparams/compare_similarity.yaml
> python recipes/similarity/compare.py hparams/compare_similarity.yaml \
      --encoders "{ours: [results/cvsm_hybrid/1/encoder, FOLDER]}"

What the command line names comes beside what the YAML does; null takes an
entry of the YAML away. The table stands in <output_folder> as Markdown, CSV
and LaTeX, and on report.html.
"""

import os
import sys
from pathlib import Path

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group
from tqdm import tqdm

from speechbrain_singer.distributed import end_processes, is_main, on_main
from speechbrain_singer.evaluation.voice_comparison import (
    VoiceComparison,
    over_runs,
)
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.similarity import write_compared
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.settings import load_settings, parse_arguments


def main(arguments):
    """Measures what has not been measured, and writes the table."""
    # 1. Settings, folders and logs
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    voices, folder = hparams["voices"], hparams["output_folder"]
    runs = runs_of(hparams["encoders"])
    claim_output_folder(folder, command, free=("encoders",))
    sb.create_experiment_directory(
        experiment_directory=folder,
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. Clips whose vocals sound, of the mixtures and of the vocals
    progressbar = not run_opts.get("noprogressbar", False)
    clips = voices["clips"].rows(progressbar)
    on_main(voices["protocol"].check, next(iter(clips.values())))

    # 3. Every encoder; one that fails does not stop the rest
    comparison = VoiceComparison(
        voices["protocol"], clips, folder, hparams["cache_folder"]
    )
    bar = tqdm(runs, "Comparing", disable=not (progressbar and is_main()))
    measured = [
        (name, run, comparison.measure(f"{name}-{run}", source, run_opts))
        for name, run, source in bar
    ]
    if not end_processes():
        return

    # 4. The table, and the page with the curves
    reports, failures = by_encoder(measured)
    title = f"Encoders on {voices['corpus']}: whose voice is it?"
    results = Results(folder, title, voices["settings"])
    write_compared(results, reports, failures)
    print((Path(folder) / "table.md").read_text(encoding="utf-8"))


def runs_of(encoders):
    """(name, number, source) of each encoder that was not taken away."""
    runs = []
    for name, sources in encoders.items():
        several = sources if isinstance(sources, list) else [sources]
        runs += [
            (name, number, source)
            for number, source in enumerate(several, start=1)
            if source is not None
        ]
    return runs


def by_encoder(measured):
    """Each encoder's report over its runs, and what could not be measured."""
    reports, failures = {}, []
    for name, run, report in measured:
        if "failure" in report:
            failures.append(f"{name}, run {run}: {report['failure']}")
        else:
            reports.setdefault(name, []).append(report)
    if not reports:
        raise RuntimeError("nothing could be measured: " + "; ".join(failures))
    reports = {
        name: over_runs(several) | {"runs": len(several)}
        for name, several in reports.items()
    }
    return reports, failures


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
