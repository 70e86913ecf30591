"""The calibration that an encoder brings, and the one that it is given."""

from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.inference.stored_calibration import store_calibration
from speechbrain_singer.scoring.calibration import Calibration

logger = get_logger(__name__)


def brought_by(encoder, back_end="cosine"):
    """The calibration and the threshold that stand in an encoder's folder.

    Arguments
    ---------
    encoder : object
    back_end : str
        Both are of cosines, and none of other scores.

    Returns
    -------
    calibration : Calibration or None
        From cosines to log-likelihood ratios.
    threshold : float or None
        Cosine above which two recordings count as the same singer's.

    Example
    -------
    >>> from speechbrain_singer.baselines.mfcc import MFCCStatistics
    >>> brought_by(MFCCStatistics())
    (None, None)
    """
    if back_end != "cosine":
        return None, None
    values = getattr(encoder, "calibration", None) or {}
    calibration = None
    if "slope" in values:
        calibration = Calibration(values["slope"], values["offset"])
    return calibration, getattr(encoder, "threshold", None)


def check_can_calibrate(encoder, back_end):
    """Refuses to calibrate what `SingerEncoder` would not score like that.

    Arguments
    ---------
    encoder : str or object
        As `load_encoder` takes it.
    back_end : str

    Raises
    ------
    ValueError
        If it is no encoder's folder, or scores are not plain cosines.
    """
    if back_end != "cosine":
        raise ValueError(
            f"calibrate: {back_end} scores are not what verify_files compares "
            "to the encoder's threshold; calibrate with --back_end cosine"
        )
    if not (
        isinstance(encoder, (str, Path))
        and Path(encoder, "hyperparams.yaml").is_file()
    ):
        raise ValueError(
            f"calibrate: {encoder} is not the folder of an encoder, where the "
            "threshold would be kept"
        )


def calibrate(folder, verification, corpus):
    """Fits a calibration to scored trials, and keeps it with the encoder.

    Arguments
    ---------
    folder : str or Path
        Of the encoder.
    verification : Verification
        Of cosines.
    corpus : str
        What the trials are of.

    Returns
    -------
    threshold : float
    """
    metrics = verification.metrics
    calibration = Calibration().fit(
        verification.scores, verification.trials.labels
    )
    set_on = {"corpus": corpus, "EER_percent": metrics["EER"]} | {
        name: metrics[name] for name in ("singers", "recordings", "trials")
    }
    threshold = store_calibration(folder, calibration, set_on)
    logger.info("%s: has the threshold %.4f from now on", folder, threshold)
    return threshold
