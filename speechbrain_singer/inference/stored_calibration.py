"""The threshold of an encoder: `calibration.yaml` beside its weights."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from speechbrain_singer.dataio.files import atomic_open, check_writable
from speechbrain_singer.inference.description import Description
from speechbrain_singer.inference.source import CALIBRATION_FILE, HPARAMS_FILE

_HEADER = """\
# Two recordings count as the same singer's if the cosine of their embeddings
# lies above `threshold`. `set_on` says which trials it comes from. A fitted
# calibration has a log-likelihood ratio, slope * cosine + offset, and the prior
# and costs that the threshold is for.
"""

# Of values that are no numbers, and of what no computer holds
_DAMAGES = (KeyError, TypeError, ValueError, OverflowError, RecursionError)


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
        Cosine above which two recordings count as the same singer's.
    set_on : dict, optional
        What it was set on: corpus, numbers of singers and trials, error rate,
        ... in plain numbers and strings.

    Raises
    ------
    FileNotFoundError
        If there is no encoder in the folder.
    TypeError
        If `set_on` cannot be written as YAML.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "hyperparams.yaml").touch()
    >>> store_threshold(folder, 0.5, {"corpus": "choir"})
    >>> read_calibration(folder)
    {'threshold': 0.5, 'set_on': {'corpus': 'choir'}}
    """
    _write(folder, {"threshold": float(threshold), "set_on": set_on or {}})


def store_calibration(
    folder, calibration, set_on=None, costs=EQUAL_COSTS, sha256=None
):
    """Keeps a fitted calibration and its threshold with an encoder.

    Arguments
    ---------
    folder : str or Path
        As in `store_threshold`.
    calibration : Calibration
        Of cosines, which is what `verify_files` compares to the threshold.
    set_on : dict, optional
        As in `store_threshold`.
    costs : Costs
    sha256 : str, optional
        Of the encoder that it was fitted for, as `SingerEncoder` has it: in
        the folder there may be another one by now.

    Returns
    -------
    threshold : float

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
    costs = {name: float(value) for name, value in asdict(costs).items()}
    threshold = calibration.threshold(**costs)
    fitted = {"slope": calibration.slope, "offset": calibration.offset, **costs}
    values = {"threshold": threshold, "set_on": set_on or {}, **fitted}
    _write(folder, values, sha256)
    return threshold


def read_calibration(folder):
    """What an encoder's folder says of its threshold.

    Arguments
    ---------
    folder : str or Path

    Returns
    -------
    calibration : dict or None
        `threshold` and `set_on`, and of a fitted one `slope`, `offset`,
        `prior`, `c_miss` and `c_fa`; and as `sha256` their `calibration_seal`.
        None if there is no such file.

    Raises
    ------
    ValueError
        If the file is damaged.
    """
    path = Path(folder, CALIBRATION_FILE)
    return _parsed(path.read_bytes(), path) if path.is_file() else None


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


def _write(folder, values, expected=None):
    check_can_store(folder)
    sha256 = Description(Path(folder, HPARAMS_FILE)).sha256
    if expected not in (None, sha256):
        raise ValueError(
            f"{folder}: holds another encoder than the one that the threshold "
            "is of: calibrate again"
        )
    try:
        text = yaml.safe_dump(values, sort_keys=False)
    except yaml.representer.RepresenterError as error:
        raise TypeError(
            f"cannot be written as YAML: {values}; use plain numbers and "
            "strings"
        ) from error
    if sha256 is not None:
        seal = calibration_seal(yaml.safe_load(text), sha256)
        text += f"sha256: {seal}\n"
    with atomic_open(Path(folder, CALIBRATION_FILE)) as file:
        file.write(_HEADER + text)


def _parsed(data, path):
    """The values of a file, `data` in bytes, that have to be there."""
    try:
        values = yaml.safe_load(data)
        needed = ["threshold"]
        if "slope" in values or "offset" in values:
            needed += ["slope", "offset"]
        for key in needed:
            number = type(values[key]) in (int, float)
            if not number or not math.isfinite(values[key]):
                raise ValueError(f"{key} is {values[key]}")
    except (*_DAMAGES, yaml.YAMLError) as error:
        raise ValueError(
            f"{path}: damaged: copy it anew, or delete it and calibrate the "
            f"encoder again ({type(error).__name__}: {error})"
        ) from error
    return values
