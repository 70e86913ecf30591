"""ECAPA-TDNN, x-vector and ResNet, SpeechBrain's own speaker encoders."""

import re
from pathlib import Path

import torch
from speechbrain.inference.classifiers import EncoderClassifier
from speechbrain.nnet.pooling import StatisticsPooling

from speechbrain_singer.baselines.frozen import FrozenEncoder
from speechbrain_singer.dataio.hub import local_folder
from speechbrain_singer.dataio.weights import read_weights
from speechbrain_singer.inference import nodes

_SAMPLE_RATE = 16000  # of all three
_MIN_SECONDS = 0.1  # below, the TDNNs have too few frames to mirror
_FILES = ["*.yaml", "*.ckpt", "*.txt"]
# What such encoders are made of. HyperPyYAML builds, and so runs, whatever a
# file names.
_KNOWN = re.compile(
    r"!new:speechbrain\.lobes\.(features|models\.(ECAPA_TDNN|Xvector|ResNet))"
    r"\.\w+"
    r"|!new:speechbrain\.(processing\.features|dataio\.encoder)\.\w+"
    r"|!new:speechbrain\.utils\.parameter_transfer\.Pretrainer"
    r"|!(new|name):torch\.nn\.\w+"
    r"|!ref"
)


# Name -> repository on the Hugging Face hub
SPEAKER_ENCODERS = {
    # Desplanques et al., Interspeech 2020; 192 dimensions
    "ecapa": "speechbrain/spkrec-ecapa-voxceleb",
    # Snyder et al., ICASSP 2018; 512 dimensions
    "x-vector": "speechbrain/spkrec-xvect-voxceleb",
    # ResNet with squeeze-and-excitation; 256 dimensions
    "resnet": "speechbrain/spkrec-resnet-voxceleb",
}


class SpeechBrainEncoder(FrozenEncoder):
    """An `EncoderClassifier` of SpeechBrain, at 16 kHz.

    In an x-vector SpeechBrain adds noise of up to 1e-4 to the means over time,
    in inference too; it is left out here, so that embeddings can be repeated.

    Arguments
    ---------
    source : str or Path
        A name in `SPEAKER_ENCODERS`, a folder, or a repository on the hub.
    trust_remote_code : bool
        Whether its `hyperparams.yaml` may name, and so run, anything.

    Raises
    ------
    OSError
        If there is no such folder, or the repository cannot be fetched.
    ValueError
        If its files are incomplete, damaged, or name code to run.

    Example
    -------
    >>> encoder = SpeechBrainEncoder("ecapa")  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 192])
    """

    def __init__(self, source, trust_remote_code=False):
        source = SPEAKER_ENCODERS.get(source, source)
        folder = str(local_folder(source, _FILES))
        if not trust_remote_code:
            _refuse_foreign(Path(folder, "hyperparams.yaml"))
        try:
            classifier = EncoderClassifier.from_hparams(
                folder,
                # The published files name the hub's repository here, from
                # which SpeechBrain would fetch although they lie in a folder
                overrides={"pretrained_path": folder},
                overrides_must_match=False,
                run_opts={"device": "cpu"},
            )
        # HyperPyYAML, torch and pickle each have errors of their own
        except Exception as error:
            raise ValueError(
                f"{folder}: no encoder of SpeechBrain's, or a damaged one; "
                f"copy {source} anew ({type(error).__name__}: {error})"
            ) from error
        _refuse_incomplete(classifier.mods.embedding_model, folder)
        for module in classifier.modules():
            if isinstance(module, StatisticsPooling):
                module._get_gauss_noise = torch.zeros
        second = torch.zeros(1, _SAMPLE_RATE)
        dimension = classifier.encode_batch(second).shape[-1]
        min_samples = round(_MIN_SECONDS * _SAMPLE_RATE)
        super().__init__(_SAMPLE_RATE, dimension, min_samples)
        self.classifier = classifier
        self.freeze()

    def embed(self, wavs):
        # Where it was built, if it is not told that it has been moved
        self.classifier.device = wavs.device
        # [rows, 1, dimension] of the TDNNs, [rows, dimension] of the ResNet
        return self.classifier.encode_batch(wavs).flatten(1)


def _refuse_foreign(path):
    if not path.is_file():
        raise ValueError(f"{path}: no such file: no encoder of SpeechBrain's")
    try:
        todo = list(nodes.top_level(path.read_bytes()).values())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    while todo:
        node = todo.pop()
        todo += nodes.children(node)
        if node.tag not in nodes.PLAIN and not _KNOWN.fullmatch(node.tag):
            raise ValueError(
                f"{path}, line {node.start_mark.line + 1}: {node.tag} is no "
                "part of SpeechBrain's speaker encoders, and code that its "
                "source names would run: if you trust that source, "
                "SpeechBrainEncoder(source, trust_remote_code=True)"
            )


def _refuse_incomplete(model, folder):
    """SpeechBrain leaves what a checkpoint lacks at random values."""
    path = Path(folder, "embedding_model.ckpt")
    published = read_weights(path, "copy the repository anew")
    missing = [name for name in model.state_dict() if name not in published]
    if missing:
        raise ValueError(
            f"{path}: lacks {len(missing)} parameters, such as {missing[0]}; "
            "copy the repository anew"
        )
