"""Keeps a calibration with the encoder that it was made for."""

from pathlib import Path

import yaml

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.inference.export import yaml_mapping, yaml_scalar

_HPARAMS = "hyperparams.yaml"
_KEYS = ("threshold", "calibration")


def store_calibration(
    folder, calibration, set_on=None, prior=0.5, c_miss=1.0, c_fa=1.0
):
    """Writes a calibration and its threshold into an encoder's folder.

    `SingerEncoder.from_hparams(folder)` then has that threshold. The rest of
    `hyperparams.yaml`, comments and all, stays as it is, and whoever looks
    finds the old file or the new one.

    Arguments
    ---------
    folder : str or Path
        As `export_encoder` wrote it, or another with a `hyperparams.yaml`.
    calibration : Calibration
        Of cosines, which is what `verify_files` compares to the threshold.
    set_on : dict, optional
        What it was fitted on: corpus, numbers of singers and trials, error
        rate, ... in plain numbers and strings.
    prior, c_miss, c_fa : float
        What the threshold is for, as `Calibration.threshold` takes it.

    Returns
    -------
    threshold : float

    Raises
    ------
    FileNotFoundError
        If there is no encoder in the folder.
    ValueError
        If `hyperparams.yaml` cannot be changed in those two places only.

    Example
    -------
    >>> from speechbrain_singer.scoring.calibration import Calibration
    >>> path = getfixture("tmp_path") / "hyperparams.yaml"
    >>> _ = path.write_text("threshold: null  # none yet\\nwindow: 4.0\\n")
    >>> store_calibration(path.parent, Calibration(slope=8.0, offset=-4.0))
    0.5
    >>> print(path.read_text())
    threshold: 0.5  # none yet
    window: 4.0
    calibration:
        slope: 8.0
        offset: -4.0
        prior: 0.5
        c_miss: 1.0
        c_fa: 1.0
    <BLANKLINE>
    """
    path = Path(folder) / _HPARAMS
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: no such file; give the folder of an encoder, such as "
            "training writes as <output_folder>/encoder"
        )
    threshold = calibration.threshold(prior, c_miss, c_fa)
    details = {
        "slope": calibration.slope,
        "offset": calibration.offset,
        "prior": float(prior),
        "c_miss": float(c_miss),
        "c_fa": float(c_fa),
        **(set_on or {}),
    }
    before = path.read_bytes().decode("utf-8")
    after = _replace(before, "threshold", f" {yaml_scalar(threshold)}")
    after = _replace(after, "calibration", yaml_mapping(details))
    if not _same_others(before, after):
        raise ValueError(
            f"{path}: {' and '.join(_KEYS)} cannot be replaced without "
            "touching other keys; write them as plain values first"
        )
    with atomic_open(path) as file:
        file.write(after)
    return threshold


def _replace(text, key, value):
    """YAML with another value below a key of the top level."""
    for key_node, value_node in _pairs(text):
        if key_node.value == key:
            start, end = key_node.end_mark.index, _end(value_node)
            return f"{text[:start]}:{value}{text[end:]}"
    gap = "" if text.endswith("\n") else "\n"
    return f"{text}{gap}{key}:{value}\n"


def _end(node):
    """Where a value ends; for a block, not where the next key begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return node.end_mark.index


def _same_others(before, after):
    """Whether the two keys stand there once, and the others say the same."""
    try:
        keys = [key.value for key, _ in _pairs(after)]
        once = all(keys.count(key) == 1 for key in _KEYS)
        return once and _others(before) == _others(after)
    except yaml.YAMLError:  # what was replaced is referred to elsewhere
        return False


def _others(text):
    return [
        (key.value, yaml.serialize(value))
        for key, value in _pairs(text)
        if key.value not in _KEYS
    ]


def _pairs(text):
    node = yaml.compose(text)
    if not isinstance(node, yaml.MappingNode):
        raise ValueError(f"no mapping of keys to values: {text[:40]!r}")
    return node.value
