"""From an encoder's folder to the encoder, with its threshold."""

import os
from dataclasses import dataclass

import torch
from hyperpyyaml import load_hyperpyyaml

from speechbrain_singer.dataio.weights import (
    check_finite,
    read_tensors,
    read_weights,
)
from speechbrain_singer.inference.description import Description
from speechbrain_singer.inference.modules import REMEDY, encoder_and_heads
from speechbrain_singer.inference.source import (
    CALIBRATION_FILE,
    FORMER_WEIGHTS_FILE,
    WEIGHTS_FILE,
)
from speechbrain_singer.inference.stored_calibration import (
    calibration_seal,
    read_calibration,
)
from speechbrain_singer.lobes.adapters import whole_state
from speechbrain_singer.lobes.heads import with_heads
from speechbrain_singer.published.parameters import PublishedPretrainer

_TRIES = 50


@dataclass(frozen=True)
class EncoderFiles:
    """What stands in an encoder's folder, all of one export.

    Arguments
    ---------
    description : Description
    weights : dict of str to torch.Tensor, or None
        None if the description says where they are.
    calibration : dict or None
    """

    description: Description
    weights: dict
    calibration: dict

    @classmethod
    def read(cls, path):
        """Reads the folder of a `hyperparams.yaml`, also while it is replaced.

        Arguments
        ---------
        path : Path
            Of that file.

        Returns
        -------
        files : EncoderFiles

        Raises
        ------
        FileNotFoundError
            If a file is missing.
        ValueError
            If one is damaged, or they do not belong together.
        """
        for _ in range(_TRIES):
            before, problem = _stamp(path), None
            try:
                files = cls._read(path)
            except (OSError, ValueError) as error:
                problem = error
            if _stamp(path) != before:
                continue  # partly of the one and partly of the other
            if problem:
                raise problem
            return files
        raise OSError(
            f"{path.parent}: is replaced again and again: try it later"
        )

    @classmethod
    def _read(cls, path):
        description = Description(path)
        for key in ("window_seconds", "modules"):
            if key not in description:
                raise ValueError(f"{path}: no key {key!r}: {REMEDY}")
        weights = None
        if description.is_former:
            weights = _former_weights(path.with_name(FORMER_WEIGHTS_FILE))
        elif description.sha256 is not None:
            weights = _sealed_weights(description)
        elif "pretrainer" not in description:
            raise ValueError(
                f"{path}: neither the 'sha256' of weights nor a 'pretrainer' "
                f"that says where they are: {REMEDY}"
            )
        calibration = read_calibration(path.parent, description.score)
        if calibration and description.sha256 is not None:
            _check_calibration(calibration, description)
        return cls(description, weights, calibration)

    def build(
        self, overrides=None, fetch_config=None, trusted=False, optional=()
    ):
        """Builds the encoder, and loads its weights.

        Arguments
        ---------
        overrides : dict, optional
            Other values for plain keys of `hyperparams.yaml`.
        fetch_config : FetchConfig, optional
            Where weights have to be fetched.
        trusted : bool
            Whether whatever the file names is built.
        optional : sequence of str
            Keys that can be overridden also if the file lacks them.

        Returns
        -------
        hparams : dict
            With `modules` and `window_seconds`.
        """
        path = self.description.path
        hparams = self._described(overrides, trusted, optional)
        encoder, heads = encoder_and_heads(hparams["modules"], path, trusted)
        if self.weights is not None:
            _load(with_heads(encoder, **heads), self.weights, path)
            return hparams
        if heads and not trusted:
            raise ValueError(
                f"{path}: {' and '.join(map(repr, heads))} has no weights "
                f"here: {REMEDY}"
            )
        pretrainer = hparams["pretrainer"]
        if not trusted and not _loads(pretrainer, encoder):
            raise ValueError(
                f"{path}: its 'pretrainer' does not load the weights of its "
                f"'encoder': {REMEDY}"
            )
        options = {"fetch_config": fetch_config} if fetch_config else {}
        pretrainer.collect_files(str(path.parent), **options)
        pretrainer.load_collected()
        return hparams

    def _described(self, overrides, trusted, optional):
        """What the description says, with the overrides, without weights."""
        path = self.description.path
        overrides = {} if overrides is None else overrides
        if not isinstance(overrides, dict):
            raise TypeError(
                "overrides is a dict of plain keys, such as "
                f"{{'window_seconds': 2.0}}, not {overrides!r}"
            )
        if "score" in overrides:
            raise ValueError(
                f"{path}: 'score' cannot be overridden: embeddings and "
                "threshold are made for it"
            )
        own = {key: overrides[key] for key in overrides if key in optional}
        others = {key: overrides[key] for key in overrides if key not in own}
        if not trusted:
            return self.description.build(others) | own
        if self.description.is_former:
            others["pretrainer"] = None
        text = self.description.content.decode("utf-8")
        return load_hyperpyyaml(text, others) | own


def _stamp(path):
    """Another one after the folder was replaced; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns


def _former_weights(path):
    weights = read_weights(path, REMEDY)
    if not isinstance(weights, dict) or not all(
        isinstance(value, torch.Tensor) for value in weights.values()
    ):
        raise ValueError(f"{path}: does not fit any encoder: {REMEDY}")
    check_finite(path, weights, REMEDY)
    return weights


def _sealed_weights(description):
    path = description.path.with_name(WEIGHTS_FILE)
    weights, sha256 = read_tensors(path, REMEDY)
    check_finite(path, weights, REMEDY)
    if description.seal(sha256) != description.sha256:
        raise ValueError(
            f"{path}: does not fit {description.path.name} beside it, or a "
            f"setting was changed there: {REMEDY}, both files, and give "
            "other settings as overrides={'window_seconds': ...}"
        )
    return weights


def _check_calibration(calibration, description):
    path = description.path.with_name(CALIBRATION_FILE)
    said = calibration.pop("sha256", None)
    if said is None:
        raise ValueError(
            f"{path}: has no digest, so that nobody knows which encoder it is "
            "of: calibrate the encoder again, or set the threshold with "
            "store_threshold (docs/trust.md)"
        )
    if said != calibration_seal(calibration, description.sha256):
        raise ValueError(
            f"{path}: of other weights, or changed: calibrate the encoder "
            "again, or delete that file"
        )


def _loads(pretrainer, encoder):
    return (
        isinstance(pretrainer, PublishedPretrainer)
        and pretrainer.loadables["encoder"] is encoder
    )


def _load(module, weights, path):
    try:
        # An adapted front end takes what is missing as it is
        if missing := whole_state(module).keys() - weights.keys():
            raise RuntimeError(f"{min(missing)} is missing")
        module.load_state_dict(weights)
    except (RuntimeError, TypeError) as error:
        raise ValueError(
            f"{path.parent}: the weights do not fit {path.name}: {REMEDY} "
            f"({error})"
        ) from error
