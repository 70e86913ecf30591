#!/usr/bin/env python3
"""Measures how well an encoder tells whether two recordings share a singer.

> python recipes/verification/evaluate.py hparams/verification.yaml \
      --encoder results/contrastive_vc/1234/encoder
> python recipes/verification/evaluate.py hparams/verification.yaml \
      --corpus ravdess_song --data_folder my/RAVDESS --encoder ge2e \
      --same sex --different song
"""

import sys
from pathlib import Path

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.manifest import check_columns, column_names
from speechbrain_singer.distributed import end_processes
from speechbrain_singer.evaluation import inputs
from speechbrain_singer.evaluation.verification import ScoredTrials
from speechbrain_singer.inference.stored_calibration import store_calibration
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.metrics.detection import cllr
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.verification import write_verification
from speechbrain_singer.scoring import (
    Calibration,
    check_back_end,
    fitted_back_end,
)
from speechbrain_singer.settings import load_settings, parse_arguments
from speechbrain_singer.trials import TrialPlan

logger = get_logger(__name__)


def main(arguments):
    """Measures as a command line says."""
    # 1. Settings, folders and logs
    hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. What is asked for, checked before anything is encoded
    asked = inputs.corpus_rows(hparams)
    check_settings(hparams, asked)

    # 3. Embeddings of the corpus, and of the background set if there is one;
    # each process encodes its share
    encoder, embeddings, rows = inputs.embedded_corpus(hparams, run_opts, asked)
    background = inputs.embedded_background(hparams, encoder, rows, run_opts)
    if not end_processes():
        return

    # 4. Trials and their scores
    unusable = inputs.unusable_rows(hparams, asked, rows)
    trials = trial_plan(hparams).make(rows, unusable)
    back_end = fitted_back_end(hparams["back_end"], background)
    scores = back_end.score(embeddings, trials)

    # 5. Figures; an encoder's own threshold is one of cosines
    scored = ScoredTrials(embeddings, rows, trials, scores)
    figures = scored.figures(hparams["replicates"])
    if hparams["back_end"] == "cosine":
        figures |= scored.figures_by(encoder)
    elif hparams["back_end"] == "plda":  # log-likelihood ratios as they are
        figures["Cllr"] = cllr(scores, trials.labels)
    if hparams["calibrate"]:
        calibrate(hparams["encoder"], scored, figures, hparams["corpus"])

    # 6. Scores, pictures and the page of all figures
    title = f"{hparams['name']} on {hparams['corpus']}"
    write_verification(
        Results(hparams["output_folder"], title, hparams["settings"]),
        *(scored, figures, hparams["trials"], column_names(hparams["colours"])),
    )


def check_settings(hparams, rows):
    """Refuses what would fail once the embeddings are there."""
    check_back_end(hparams["back_end"], hparams["background_corpus"])
    trial_plan(hparams).check(rows)
    check_columns(rows, column_names(hparams["colours"]))
    if hparams["calibrate"]:
        check_can_calibrate(hparams["encoder"], hparams["back_end"])


def check_can_calibrate(encoder, back_end):
    """The threshold has to have a place, and to be one of plain cosines."""
    if back_end != "cosine":
        raise ValueError(
            f"calibrate: {back_end} scores are not what verify_files compares "
            "to the encoder's threshold; calibrate with --back_end cosine"
        )
    if not (
        isinstance(encoder, str) and Path(encoder, "hyperparams.yaml").is_file()
    ):
        raise ValueError(
            f"calibrate: {encoder} is not the folder of an encoder, where the "
            "threshold would be kept"
        )


def calibrate(folder, scored, figures, corpus):
    """Fits log-likelihood ratios and keeps a threshold with the encoder."""
    calibration = Calibration().fit(scored.scores, scored.trials.labels)
    counts = {key: figures[key] for key in ("singers", "recordings", "trials")}
    set_on = {"corpus": corpus, "EER_percent": figures["EER"], **counts}
    threshold = store_calibration(folder, calibration, set_on)
    logger.info("%s: has the threshold %.4f from now on", folder, threshold)


def trial_plan(hparams):
    """The trials that the settings ask for."""
    return TrialPlan(
        hparams["trials"],
        hparams["same"],
        hparams["different"],
        hparams["trial_count"],
        hparams["seed"],
        hparams["data_folder"],
        hparams["drop_flaws"],
    )


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
