"""An encoder that loads in milliseconds, of the project's own parts."""

import torch
from torchvision.models._api import BUILTIN_MODELS
from torchvision.models.efficientnet import EfficientNet as Network
from torchvision.models.efficientnet import MBConvConfig

from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

NAME = "efficientnet_tiny"


def export_tiny(folder, seed=0):
    """Exports an encoder of two layers, with a threshold.

    Arguments
    ---------
    folder : Path
    seed : int
        Of its weights.

    Returns
    -------
    folder : Path
    """
    # torchvision's list of networks gets one more, in this process
    BUILTIN_MODELS[NAME] = _build
    torch.manual_seed(seed)
    features = LogMel(n_fft=512, hop_length=512, n_mels=16)
    model = WaveformEncoder(features, EfficientNet(NAME, embedding_dim=8))
    calibrate_batch_norm(model.eval(), torch.randn(8, 8820))
    counts = {"corpus": "noise", "trials": 3}
    export_encoder(folder, model, 0.2, threshold=0.5, set_on=counts)
    return folder


def _build(dropout=0.0, stochastic_depth_prob=0.0):
    blocks = [MBConvConfig(1, 3, 1, 8, 8, 1)]
    return Network(blocks, dropout, stochastic_depth_prob, last_channel=8)
