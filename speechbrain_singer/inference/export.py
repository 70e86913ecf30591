"""Turns a trained encoder into a folder that SingerEncoder loads."""

from pathlib import Path

import torch

from speechbrain_singer.dataio.files import check_writable
from speechbrain_singer.dataio.folders import atomic_folder
from speechbrain_singer.dataio.weights import check_finite, write_tensors
from speechbrain_singer.inference.describing import (
    check_names_fit,
    described,
)
from speechbrain_singer.inference.description import Description
from speechbrain_singer.inference.scores import COSINE, check_score
from speechbrain_singer.inference.source import (
    CARD_FILE,
    HPARAMS_FILE,
    LOG_FILE,
    WEIGHTS_FILE,
    files_of,
)
from speechbrain_singer.inference.stored_calibration import store_threshold
from speechbrain_singer.lobes.adapters import whole_state
from speechbrain_singer.lobes.heads import with_heads

# What systems and their file managers leave in any folder
_OF_SYSTEMS = {
    *("Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r", "@eaDir"),
    *(".AppleDouble", "__pycache__"),
}

_SEAL = """
# Of the parameters and of all settings above: whoever changes one is told so
sha256: {sha256}
"""


def export_encoder(
    folder,
    encoder,
    window_seconds,
    threshold=None,
    set_on=None,
    *,
    score=COSINE,
    classifier=None,
    head=None,
):
    """Writes an encoder into a folder that `SingerEncoder` loads.

    With a `head` of notes it is one that `SingingTranscriber` loads.

    An encoder that is there already is replaced, at once, and its threshold and
    its model card with it: whoever looks finds the old one or the new one, and
    never a part.

    Arguments
    ---------
    folder : str or Path
        For example `<output_folder>/encoder`.
    encoder : WaveformEncoder
        Its front end and its network keep what they were built with as
        attributes of the same names, and that is what is written. If they are
        of other classes than the package's, it is loaded with
        `trust_remote_code`.
    window_seconds : float
        Length of the windows, that of the clips in training.
    threshold, set_on
        As `store_threshold` takes them; without a threshold if left out.
    score : str
        By what its embeddings are compared: cosine; or squared_distance, as
        those of siamese networks are, which then keep their length.
    classifier : ClassifierHead, optional
        What the encoder was trained through: it goes along, and with it the
        names that it tells apart.
    head : NotesHead, optional
        What says the notes of its frames.

    Returns
    -------
    folder : Path

    Raises
    ------
    OSError
        As `check_can_export`.
    TypeError
        If the encoder cannot be described in YAML.
    ValueError
        If a parameter is not finite, a head is not one of such embeddings, or
        the names of the classifier do not fit.

    Example
    -------
    >>> from speechbrain_singer.lobes.efficientnet import EfficientNet
    >>> from speechbrain_singer.lobes.features import LogMel
    >>> from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
    >>> encoder = WaveformEncoder(LogMel(n_mels=64), EfficientNet())
    >>> folder = export_encoder(
    ...     getfixture("tmp_path") / "encoder", encoder, window_seconds=4.0
    ... )
    >>> sorted(path.name for path in folder.iterdir())
    ['encoder.safetensors', 'hyperparams.yaml']
    """
    folder = Path(folder)
    check_score(score)
    heads = {"classifier": classifier, "head": head}
    _check_heads(folder, encoder, heads)
    hparams = described(encoder, window_seconds, score, **heads)
    module = with_heads(encoder, **heads)
    parameters = {
        name: value.detach().to("cpu", torch.float32)
        if value.is_floating_point()
        else value.cpu()
        for name, value in whole_state(module).items()
    }
    remedy = "training has diverged: export an earlier checkpoint"
    check_finite(folder, parameters, remedy)
    _refuse_foreign(folder)
    with atomic_folder(folder) as fresh:
        sha256 = write_tensors(fresh / WEIGHTS_FILE, parameters)
        path = fresh / HPARAMS_FILE
        path.write_text(hparams, encoding="utf-8")
        seal = Description(path).seal(sha256)
        path.write_text(hparams + _SEAL.format(sha256=seal), encoding="utf-8")
        if threshold is not None:
            store_threshold(fresh, threshold, set_on)
    return folder


def check_can_export(folder, names=()):
    """Makes sure that an encoder can be exported, before it is trained.

    Arguments
    ---------
    folder : str or Path
        As `export_encoder` takes it.
    names : list of str
        Of its classifier, if it is to have one.

    Raises
    ------
    ValueError
        If there is no room for all the names.
    FileExistsError
        If it holds something else than an encoder and what systems leave, or
        is a file.
    OSError
        If nothing can be written there, or beside it.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / ".DS_Store").touch()
    >>> check_can_export(folder)
    >>> (folder / "thesis.tex").touch()
    >>> check_can_export(folder)
    Traceback (most recent call last):
        ...
    FileExistsError: ...holds thesis.tex, which is no part of an encoder...
    """
    folder = Path(folder)
    check_names_fit(folder, names)
    _refuse_foreign(folder)
    if folder.is_dir():
        check_writable(folder)
    if folder.is_mount():
        raise OSError(
            f"{folder}: is mounted there, and cannot be replaced: export to a "
            "folder in it"
        )
    check_writable(folder.resolve().parent)


def _check_heads(folder, encoder, heads):
    for name, head in heads.items():
        if head is not None and head.input_dim != encoder.embedding_dim:
            raise ValueError(
                f"the {name} takes {head.input_dim} dimensions, and the "
                f"encoder gives {encoder.embedding_dim}: export it with its own"
            )
    if heads["classifier"] is not None:
        check_names_fit(folder, heads["classifier"].names)


def _refuse_foreign(folder):
    """What is replaced is an encoder, not somebody's files."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise FileExistsError(f"{folder}: a file; export to a folder")
    ours = files_of()
    if (folder / HPARAMS_FILE).exists():
        ours += [CARD_FILE, LOG_FILE]  # without an encoder they are somebody's
    for path in folder.iterdir():
        if not (path.name in ours or _is_a_system_s(path)):
            raise FileExistsError(
                f"{folder}: holds {path.name}, which is no part of an encoder; "
                "move it, or export to a folder of its own"
            )


def _is_a_system_s(path):
    hidden = path.name.startswith(".") and not path.is_dir()
    return hidden or path.name in _OF_SYSTEMS
