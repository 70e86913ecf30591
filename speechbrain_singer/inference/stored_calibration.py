"""The threshold of an encoder: `calibration.yaml` beside its weights."""

import hashlib
import json
import math
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from speechbrain_singer.dataio.files import atomic_open, check_writable
from speechbrain_singer.inference import nodes
from speechbrain_singer.inference.description import Description
from speechbrain_singer.inference.scores import COSINE, SCORES
from speechbrain_singer.inference.source import CALIBRATION_FILE, HPARAMS_FILE

_HEADER = """\
# Two recordings count as the same singer's if their score lies above
# `threshold`: {meaning}.
# `set_on` says which trials it comes from. A fitted calibration has a
# log-likelihood ratio, slope * score + offset, and the prior and costs that the
# threshold is for.
"""

# Of values that are no numbers, and of what no computer holds
_DAMAGES = (KeyError, ValueError, OverflowError)
_REMEDY = "copy it anew, or delete it and calibrate the encoder again"


@dataclass(frozen=True)
class Costs:
    """What a threshold is for, as `Calibration.threshold` takes it."""

    prior: float = 0.5
    c_miss: float = 1.0
    c_fa: float = 1.0


EQUAL_COSTS = Costs()


def store_threshold(folder, threshold, set_on=None):
    """Keeps a threshold with an encoder.

    Arguments
    ---------
    folder : str or Path
        With a `hyperparams.yaml`, such as `export_encoder` writes. Its former
        threshold, if any, is replaced.
    threshold : float
        Score above which two recordings count as the same singer's: a cosine
        in [-1, 1]; or minus a squared distance, where that is what the
        encoder's recordings are compared by, not above 0.
    set_on : dict, optional
        What it was set on: corpus, numbers of singers and trials, error rate,
        ... in plain numbers and strings.

    Raises
    ------
    FileNotFoundError
        If there is no encoder in the folder.
    TypeError
        If `set_on` cannot be written as YAML.
    ValueError
        If no score of the encoder can lie there.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "hyperparams.yaml").touch()
    >>> store_threshold(folder, 0.5, {"corpus": "choir"})
    >>> read_calibration(folder)
    {'threshold': 0.5, 'set_on': {'corpus': 'choir'}}
    """
    description = _description(folder)
    threshold = float(threshold)
    SCORES[description.score].check(threshold)
    values = {"threshold": threshold, "set_on": set_on or {}}
    _write(folder, values, description)


def store_calibration(
    folder, calibration, set_on=None, costs=EQUAL_COSTS, sha256=None
):
    """Keeps a fitted calibration and its threshold with an encoder.

    Arguments
    ---------
    folder : str or Path
        As in `store_threshold`.
    calibration : Calibration
        Of the encoder's scores, as `verify_files` gives them.
    set_on : dict, optional
        As in `store_threshold`.
    costs : Costs
    sha256 : str, optional
        Of the encoder that it was fitted for, as `SingerEncoder` has it: in
        the folder there may be another one by now.

    Returns
    -------
    threshold : float
        At the most where scores can lie: for cosines from -1 to 1.

    Raises
    ------
    FileNotFoundError, TypeError
        As `store_threshold`.
    ValueError
        If the calibration is not fitted, the costs make no sense, or the
        encoder in the folder is another one.

    Example
    -------
    >>> from speechbrain_singer.scoring.calibration import Calibration
    >>> folder = getfixture("tmp_path")
    >>> (folder / "hyperparams.yaml").touch()
    >>> store_calibration(folder, Calibration(slope=8.0, offset=-4.0))
    0.5
    >>> read_calibration(folder)["slope"]
    8.0
    """
    description = _description(folder)
    if sha256 not in (None, description.sha256):
        raise ValueError(
            f"{folder}: holds another encoder than the one that the threshold "
            "is of: calibrate again"
        )
    costs = {name: float(value) for name, value in asdict(costs).items()}
    score = SCORES[description.score]
    threshold = score.clip(calibration.threshold(**costs))
    fitted = {"slope": calibration.slope, "offset": calibration.offset, **costs}
    values = {"threshold": threshold, "set_on": set_on or {}, **fitted}
    _write(folder, values, description)
    return threshold


def store_again(folder, calibration):
    """Keeps a calibration with another copy of its encoder.

    Arguments
    ---------
    folder : str or Path
        As in `store_threshold`.
    calibration : dict
        As `SingerEncoder` has it.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "hyperparams.yaml").touch()
    >>> store_again(folder, {"threshold": 0.5, "set_on": {}})
    >>> read_calibration(folder)
    {'threshold': 0.5, 'set_on': {}}
    """
    _write(folder, calibration, _description(folder))


def read_calibration(folder, score=None):
    """What an encoder's folder says of its threshold.

    Arguments
    ---------
    folder : str or Path
    score : str, optional
        By what the encoder's recordings are compared. As `hyperparams.yaml`
        in the folder says if left out.

    Returns
    -------
    calibration : dict or None
        `threshold` and `set_on`, and of a fitted one `slope`, `offset`,
        `prior`, `c_miss` and `c_fa`; and as `sha256` their `calibration_seal`.
        None if there is no such file.

    Raises
    ------
    OSError
        If something is there that cannot be read.
    ValueError
        If the file is damaged.
    """
    path = Path(folder, CALIBRATION_FILE)
    if not os.path.lexists(path):
        return None
    if score is None:
        hparams = path.with_name(HPARAMS_FILE)
        score = Description(hparams).score if hparams.exists() else COSINE
    try:
        return _parsed(path.read_bytes(), SCORES[score])
    except OSError as error:
        raise OSError(f"{path}: cannot be read: {_REMEDY} ({error})") from error
    except _DAMAGES as error:
        raise ValueError(
            f"{path}: damaged: {_REMEDY} ({type(error).__name__}: {error})"
        ) from error


def calibration_seal(values, sha256):
    """The digest of a calibration and of the encoder that it is of.

    Arguments
    ---------
    values : dict
    sha256 : str
        The encoder's.

    Returns
    -------
    seal : str

    Example
    -------
    >>> len(calibration_seal({"threshold": 0.5}, "..."))
    64
    """
    text = json.dumps([sha256, values], sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()


def check_can_store(folder):
    """Makes sure that a threshold can be kept, before it is worked for.

    Arguments
    ---------
    folder : str or Path

    Raises
    ------
    FileNotFoundError
        If there is no encoder in the folder.
    OSError
        If nothing can be written there.
    """
    if not Path(folder, HPARAMS_FILE).is_file():
        raise FileNotFoundError(
            f"{folder}/{HPARAMS_FILE}: no such file; give the folder of an "
            "encoder, such as training writes as <output_folder>/encoder"
        )
    check_writable(folder)


def _description(folder):
    check_can_store(folder)
    return Description(Path(folder, HPARAMS_FILE))


def _write(folder, values, description):
    score, sha256 = SCORES[description.score], description.sha256
    try:
        text = nodes.dump(values)
        values = _parsed(text.encode(), score)
    except (yaml.representer.RepresenterError, ValueError) as error:
        raise TypeError(
            f"cannot be written as YAML: {values}; use plain numbers and "
            f"strings ({error})"
        ) from error
    if sha256 is not None:
        text += f"sha256: {calibration_seal(values, sha256)}\n"
    with atomic_open(Path(folder, CALIBRATION_FILE)) as file:
        file.write(_HEADER.format(meaning=score.meaning) + text)


def _parsed(data, score):
    """The values in the bytes of a file that have to be there."""
    top = nodes.top_level(data)
    values = {key: nodes.plain(node) for key, node in top.items()}
    fitted = "slope" in values or "offset" in values
    for key in ("threshold", "slope", "offset")[: 3 if fitted else 1]:
        number = type(values[key]) in (int, float)
        if not number or not math.isfinite(values[key]):
            raise ValueError(f"{key} is {values[key]}")
    score.check(values["threshold"])
    return values
