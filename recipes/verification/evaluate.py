#!/usr/bin/env python3
"""Measures how well an encoder tells whether two recordings share a singer.

> python recipes/verification/evaluate.py hparams/verification.yaml \
      --encoder synthetic
> python recipes/verification/evaluate.py hparams/verification.yaml \
      --corpus ravdess_song --data_folder my/RAVDESS --encoder ge2e \
      --same sex --different song
"""

import os
import sys
from functools import partial
from pathlib import Path

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.manifest import check_columns, column_names
from speechbrain_singer.distributed import end_processes, on_main
from speechbrain_singer.evaluation.cache import cached_embeddings
from speechbrain_singer.evaluation.encoders import (
    by_distance,
    load_encoder,
    own_back_end,
)
from speechbrain_singer.evaluation.scored_trials import (
    ScoredTrials,
    check_replicates,
)
from speechbrain_singer.inference.stored_calibration import (
    check_can_store,
    store_calibration,
)
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.metrics.detection import cllr
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.verification import write_verification
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.runs.recordings import check_measured
from speechbrain_singer.scoring import (
    Calibration,
    check_back_end,
    fitted_back_end,
)
from speechbrain_singer.settings import load_settings, parse_arguments

logger = get_logger(__name__)


def main(arguments):
    """Measures as a command line says."""
    # 1. Settings, folders and logs
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    claim_output_folder(hparams["output_folder"], command)
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. The recordings, and what is asked of them, before anything is encoded
    check_replicates(hparams["replicates"])
    recordings, plan = hparams["recordings"], hparams["trial_plan"]
    asked = recordings.rows()
    on_main(check_measured, hparams["output_folder"], asked)
    plan.check(asked, recordings.unusable(asked, asked))
    colours = column_names("colours", hparams["colours"])
    check_columns(asked, colours)
    if hparams["back_end"] is not None:
        check_back_end(hparams["back_end"], hparams["background_corpus"])
    if hparams["calibrate"]:
        check_has_a_place(hparams["encoder"])
    others = []
    if hparams["background_corpus"] is not None:
        others = hparams["background"].rows()
        hparams["background"].check_apart(others, recordings, asked)

    # 3. Embeddings, each process its share; of other singers, too, if a back
    # end is to learn from them
    encoder = load_encoder(hparams["encoder"], run_opts)
    own = own_back_end(encoder)
    name = hparams["back_end"] or own
    if hparams["calibrate"] and name != own:
        raise ValueError(
            f"calibrate: {name} scores are not what verify_files compares to "
            f"the encoder's threshold; calibrate with --back_end {own}"
        )
    embed = partial(
        cached_embeddings,
        encoder,
        cache_folder=hparams["cache_folder"],
        progressbar=not run_opts.get("noprogressbar", False),
    )
    embeddings, rows = embed(asked)
    background = None
    if others:
        known, others = embed(others)
        background = known, [row["singer"] for row in others]
    if not end_processes():
        return

    # 4. Trials and their scores
    trials = plan.make(rows, recordings.unusable(asked, rows))
    back_end = fitted_back_end(name, background)
    scores = back_end.score(embeddings, trials)

    # 5. Figures; an encoder's own threshold is one of its own scores
    scored = ScoredTrials(
        embeddings, rows, trials, scores, by_distance(encoder)
    )
    figures = scored.figures(hparams["replicates"])
    if name == own:
        figures |= scored.figures_by(encoder)
    elif getattr(back_end, "log_likelihood_ratios", False):
        figures["Cllr"] = cllr(scores, trials.labels)
    if hparams["calibrate"]:
        measured = {"corpus": hparams["corpus"], **figures}
        calibrate(hparams["encoder"], encoder, scored, measured)

    # 6. Scores, pictures and the page of all figures
    title = f"{hparams['name']} on {hparams['corpus']}"
    settings = {**hparams["settings"], "back_end": name}
    results = Results(hparams["output_folder"], title, settings)
    write_verification(
        *(results, scored, figures, plan.kind, colours),
        excerpts=hparams["excerpts"],
    )


def check_has_a_place(encoder):
    """A threshold is kept in the folder of its encoder."""
    if not (isinstance(encoder, str) and Path(encoder).is_dir()):
        raise ValueError(
            f"calibrate: {encoder} is not the folder of an encoder, where the "
            "threshold would be kept"
        )
    check_can_store(encoder)


def calibrate(folder, encoder, scored, measured):
    """Fits log-likelihood ratios and keeps a threshold with the encoder."""
    calibration = Calibration().fit(scored.scores, scored.trials.labels)
    said = ("corpus", "singers", "recordings", "trials")
    set_on = {key: measured[key] for key in said}
    set_on["EER_percent"] = measured["EER"]
    threshold = store_calibration(
        folder, calibration, set_on, sha256=encoder.sha256
    )
    logger.info("%s: has the threshold %.4f from now on", folder, threshold)


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
