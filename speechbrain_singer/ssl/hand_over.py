"""From the best checkpoint to a folder to use, figures and pictures."""

import copy
import json
from pathlib import Path

import numpy as np
from speechbrain.utils.distributed import main_process_only
from speechbrain.utils.logger import get_logger

from speechbrain_singer.baselines.mfcc import MFCCStatistics
from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.evaluation.embeddings import embed_recordings
from speechbrain_singer.evaluation.report import verification_report
from speechbrain_singer.evaluation.verification import cosine_scores
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.stored_calibration import store_threshold
from speechbrain_singer.metrics.detection import operating_points
from speechbrain_singer.reports.curves import plot_curves, read_history
from speechbrain_singer.reports.singers import plot_similarity, plot_tsne
from speechbrain_singer.trials import all_pairs, can_verify

logger = get_logger(__name__)

MAX_RECORDINGS = 2000  # that are measured; more are drawn from


def hand_over(brain, output_folder, clip_seconds, before, test_rows):
    """Exports the best encoder of a run, measures it and draws the pictures.

    In `output_folder` come `encoder/`, that `SingerEncoder.from_hparams`
    loads, `metrics.json`, and the pictures.

    Arguments
    ---------
    brain : SSLBrain
        After `fit`.
    output_folder : str or Path
    clip_seconds : float
        Length of the training clips: the encoder's windows.
    before : WaveformEncoder
        The encoder as it was before training, to compare with.
    test_rows : list of dict
        Recordings of singers that were neither trained on nor validated with.

    Returns
    -------
    metrics : dict
        What stands in `metrics.json`, on all processes.
    """
    best = brain.checkpointer.recover_if_possible(min_key=brain.selection_key)
    best = {
        name: value
        for name, value in (best.meta if best else {}).items()
        if name not in ("unixtime", "end-of-epoch", "files")
    }
    folder = Path(output_folder)
    if brain.debug:  # a few steps are no match for what may be there
        folder = folder / "debug"
    return _finish(brain, best, folder, clip_seconds, before, test_rows)


# SpeechBrain's loading waits for all processes, unless it is told like this
# that only the main one is there
@main_process_only
def _finish(brain, best, output_folder, clip_seconds, before, test_rows):
    encoder = brain.hparams.encoder
    options = {"device": brain.device}
    windows = {"window_seconds": clip_seconds}

    output_folder.mkdir(exist_ok=True)
    valid_rows, test_rows = _some(brain.valid_rows), _some(test_rows)
    calibration = {}
    if can_verify(valid_rows):
        copied = copy.deepcopy(encoder)  # SingerEncoder freezes what it gets
        trained = SingerEncoder({"encoder": copied}, windows, options)
        embeddings, valid_rows = embed_recordings(trained, valid_rows)
        calibration = _calibrate(embeddings, valid_rows, brain.hparams.corpus)
    folder = output_folder / "encoder"
    export_encoder(folder, encoder, clip_seconds)
    if calibration:
        store_threshold(
            folder, calibration["threshold"], calibration["calibration"]
        )
    # From here on what a user would load is what is measured
    trained = SingerEncoder.from_hparams(folder, run_opts=options)
    metrics = {"validation": best, **calibration}
    if can_verify(test_rows):
        logger.info(f"Measuring on {len(test_rows)} recordings of test singers")
        encoders = {
            "trained": trained,
            "untrained": SingerEncoder({"encoder": before}, windows, options),
            "mfcc_statistics": MFCCStatistics(trained.sample_rate),
        }
        metrics["test"] = {
            name: verification_report(candidate, test_rows)
            for name, candidate in encoders.items()
        }
        _log(metrics["test"])
    with atomic_open(output_folder / "metrics.json") as file:
        json.dump(metrics, file, indent=2)
    plot_curves(read_history(brain.history_file), output_folder / "curves.png")
    if calibration:
        singers = [row["singer"] for row in valid_rows]
        plot_similarity(embeddings, singers, output_folder / "similarity.png")
        plot_tsne(embeddings, singers, output_folder / "tsne.png")
    logger.info(f"{folder} is the encoder, metrics.json beside it its figures")
    return metrics


def _log(reports):
    """One line for each encoder and kind of trials."""
    for name, report in reports.items():
        for kind in ("all_pairs", "same_sex"):
            if kind in report:
                figures = report[kind]
                logger.info(
                    f"test, {kind}: {name}: EER {figures['EER']:.1f} %, "
                    f"standardised {figures['EER_standardised']:.1f} %, "
                    f"mean normalised rank {figures['MNR']:.1f} %"
                )


def _some(rows):
    """At most so many recordings that measuring them takes minutes."""
    if len(rows) <= MAX_RECORDINGS:
        return rows
    logger.info(f"Measuring on {MAX_RECORDINGS} of {len(rows)} recordings")
    rng = np.random.default_rng(0)
    chosen = rng.choice(len(rows), MAX_RECORDINGS, replace=False)
    return [rows[i] for i in sorted(chosen)]


def _calibrate(embeddings, rows, corpus):
    """The threshold of equal errors, and what it was set on."""
    trials = all_pairs(rows)
    scores = cosine_scores(embeddings, trials)
    rate, threshold = operating_points(scores, trials.labels).equal_error()
    return {
        "threshold": threshold,
        "calibration": {
            "corpus": corpus,
            "singers": len({row["singer"] for row in rows}),
            "recordings": len(rows),
            "trials": len(trials.labels),
            "EER_percent": 100 * rate,
        },
    }
