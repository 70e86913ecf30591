"""Half the size on disk: an encoder's folder with weights of 16 bits."""

import shutil

import torch

from speechbrain_singer.dataio.folders import atomic_folder
from speechbrain_singer.dataio.weights import check_finite, write_tensors
from speechbrain_singer.inference.export import check_can_export
from speechbrain_singer.inference.loading import EncoderFiles
from speechbrain_singer.inference.source import (
    CARD_FILE,
    HPARAMS_FILE,
    LOG_FILE,
    WEIGHTS_FILE,
    encoder_folder,
)
from speechbrain_singer.inference.stored_calibration import store_again


def halve(source, folder):
    """Writes an encoder anew, its large weights in float16.

    They are float32 again once they are loaded. Kernels and matrices are
    halved; vectors (biases, norms and their statistics) stay as they are:
    they are few, and some are beyond what float16 tells apart. The threshold
    goes along, and the model card and the log as they are.

    Arguments
    ---------
    source : str or Path
        As `export_encoder` wrote it, also with a classifier.
    folder : str or Path
        As `export_encoder` takes it; it may be the same.

    Returns
    -------
    folder : str or Path

    Raises
    ------
    OSError
        As `check_can_export`, or if the source cannot be read.
    ValueError
        If the source's weights are not an exported encoder's, or too large
        for float16.

    Example
    -------
    >>> from speechbrain_singer.inference.export import export_encoder
    >>> from speechbrain_singer.lobes.efficientnet import EfficientNet
    >>> from speechbrain_singer.lobes.features import LogMel
    >>> from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
    >>> encoder = WaveformEncoder(LogMel(n_mels=64), EfficientNet())
    >>> folder = getfixture("tmp_path") / "encoder"
    >>> whole = export_encoder(folder, encoder, window_seconds=4.0)
    >>> half = halve(whole, folder.with_name("half"))
    >>> size = [f.joinpath(WEIGHTS_FILE).stat().st_size for f in (whole, half)]
    >>> round(size[0] / size[1], 1)
    2.0
    """
    check_can_export(folder)
    source = encoder_folder(source)
    files = EncoderFiles.read(source / HPARAMS_FILE)
    described = files.description
    if described.sha256 is None:
        raise ValueError(
            f"{described.path}: names no weights of its own that could be "
            "halved: give a folder that export_encoder wrote"
        )
    weights = {name: _halved(value) for name, value in files.weights.items()}
    check_finite(
        folder, weights, "too large for float16: keep the encoder as it is"
    )
    with atomic_folder(folder) as fresh:
        sha256 = described.seal(write_tensors(fresh / WEIGHTS_FILE, weights))
        text = described.content.decode("utf-8")
        text = text.replace(described.sha256, sha256)
        (fresh / HPARAMS_FILE).write_text(text, encoding="utf-8")
        if files.calibration is not None:
            store_again(fresh, files.calibration)
        for name in (CARD_FILE, LOG_FILE):
            if (source / name).is_file():
                shutil.copyfile(source / name, fresh / name)
    return folder


def _halved(value):
    is_large = value.is_floating_point() and value.ndim > 1
    return value.to(torch.float16) if is_large else value
