"""From the best checkpoint to a folder to use, figures and pictures."""

import json
from pathlib import Path

from speechbrain.utils.distributed import main_process_only
from speechbrain.utils.logger import get_logger

from speechbrain_singer.baselines.mfcc import MFCCStatistics
from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.dataio.trials import all_pairs
from speechbrain_singer.evaluation.embeddings import embed_recordings
from speechbrain_singer.evaluation.report import verification_report
from speechbrain_singer.evaluation.verification import cosine_scores
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.metrics.verification import eer
from speechbrain_singer.plots.curves import plot_curves, read_history
from speechbrain_singer.plots.singers import plot_similarity, plot_tsne

logger = get_logger(__name__)


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
    epoch = best.meta["epoch"] if best else None
    folder = Path(output_folder)
    return _finish(brain, epoch, folder, clip_seconds, before, test_rows)


# SpeechBrain's loading waits for all processes, unless it is told like this
# that only the main one is there
@main_process_only
def _finish(brain, epoch, output_folder, clip_seconds, before, test_rows):
    encoder = brain.hparams.encoder
    options = {"device": brain.device}
    windows = {"window_seconds": clip_seconds}

    trained = SingerEncoder({"encoder": encoder}, windows, options)
    calibration = _calibrate(trained, brain, output_folder)
    folder = output_folder / "encoder"
    export_encoder(folder, encoder, clip_seconds, **calibration)
    # From here on what a user would load is what is measured
    trained = SingerEncoder.from_hparams(folder, run_opts=options)
    metrics = {"epoch": epoch, **calibration}
    if all_pairs(test_rows).both_kinds:
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
    history = read_history(brain.hparams.history_file)
    plot_curves(history, output_folder / "curves.png")
    with atomic_open(output_folder / "metrics.json") as file:
        json.dump(metrics, file, indent=2)
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


def _calibrate(encoder, brain, output_folder):
    """The threshold on the validation singers; draws them as well."""
    if not brain.labelled:
        return {}
    embeddings, rows = embed_recordings(encoder, brain.valid_rows)
    trials = all_pairs(rows)
    rate, threshold = eer(cosine_scores(embeddings, trials), trials.labels)
    singers = [row["singer"] for row in rows]
    plot_similarity(embeddings, singers, output_folder / "similarity.png")
    plot_tsne(embeddings, singers, output_folder / "tsne.png")
    return {
        "threshold": threshold,
        "calibration": {
            "corpus": brain.hparams.corpus,
            "singers": len(set(singers)),
            "recordings": len(rows),
            "trials": len(trials.labels),
            "EER_percent": 100 * rate,
        },
    }
