"""ECAPA-TDNN, x-vector and ResNet, SpeechBrain's own speaker encoders."""

from pathlib import Path

import torch
from speechbrain.inference.classifiers import EncoderClassifier
from speechbrain.nnet.pooling import StatisticsPooling

from speechbrain_singer.baselines.frozen import FrozenEncoder
from speechbrain_singer.dataio.weights import local_folder, read_weights

_SAMPLE_RATE = 16000  # of all three
_MIN_SECONDS = 0.1  # below, the TDNNs have too few frames to mirror
_FILES = ["*.yaml", "*.ckpt", "*.txt"]


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

    Raises
    ------
    OSError
        If there is no such folder, or the repository cannot be fetched.
    ValueError
        If its files are incomplete or damaged.

    Example
    -------
    >>> encoder = SpeechBrainEncoder("ecapa")  # doctest: +SKIP
    >>> encoder.encode_batch(wavs).shape  # doctest: +SKIP
    torch.Size([2, 1, 192])
    """

    def __init__(self, source):
        source = SPEAKER_ENCODERS.get(source, source)
        folder = str(local_folder(source, _FILES))
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
