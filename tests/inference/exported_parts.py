"""An encoder of each kind of front end and network, small, to be exported."""

import tempfile
from functools import partial
from typing import NamedTuple

import pytest
import torch
from small_encoders import SECONDS, small_encoder

from speechbrain_singer.lobes.adapters import adapted
from speechbrain_singer.lobes.cqt import CQTDecibels
from speechbrain_singer.lobes.crnn import CRNN
from speechbrain_singer.lobes.encoder_layers import EncoderLayers
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.front_ends import FrontEnd
from speechbrain_singer.lobes.ge2e_layers import GE2ELayers
from speechbrain_singer.lobes.layer_pooling import LayerFrames, LayerPooling
from speechbrain_singer.lobes.multi_resolution import MultiResolutionDecibels
from speechbrain_singer.lobes.muq_layers import MuQLayers
from speechbrain_singer.lobes.note_cnn import NoteCNN
from speechbrain_singer.lobes.oblong_cnn import OblongCNN
from speechbrain_singer.lobes.voice_resnet import VoiceResNet
from speechbrain_singer.lobes.waveform import Waveform
from speechbrain_singer.lobes.waveform_cnn import WaveformCNN
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder


class Example(NamedTuple):
    """An encoder, and the length of its windows in seconds."""

    encoder: WaveformEncoder
    seconds: float


def front_end(name, adapter=None, **settings):
    """One of a folder that is gone when it is loaded."""
    with tempfile.TemporaryDirectory() as folder:
        if name == "muq":
            pytest.importorskip("muq_folders").save_muq(folder)
            loaded = MuQLayers.load(folder)
        else:
            folders = pytest.importorskip("wav2vec2_folders")
            folders.save_model(folder, name, **settings)
            loaded = FrontEnd.load(folder)
    loaded = adapted(loaded, adapter, rank=3)
    with torch.no_grad():  # as after some training
        for parameter in loaded.parameters():
            if parameter.requires_grad:
                parameter += 0.1 * torch.randn(parameter.shape)
    return loaded


def layered(features, encoder=LayerPooling):
    encoder = encoder(features.layers, features.width)
    torch.nn.init.normal_(encoder.layer_weights.scalars)
    return Example(WaveformEncoder(features, encoder), 0.3)


def of_ours():
    pooled = layered(EncoderLayers(small_encoder())).encoder
    return Example(pooled, SECONDS)


EXAMPLES = {
    "xlsr-53": lambda: layered(front_end("xlsr-53")),
    "mert-v1": lambda: layered(front_end("mert-v1", conv_pos_batch_norm=True)),
    "wavlm": lambda: layered(
        front_end("wavlm"), partial(LayerPooling, projected=True)
    ),
    "music2vec": lambda: layered(front_end("music2vec")),
    "muq": lambda: layered(front_end("muq")),
    "ge2e": lambda: layered(GE2ELayers(frozen=True)),
    "ours": of_ours,
    "lora": lambda: layered(front_end("hubert", "lora")),
    "bottleneck": lambda: layered(front_end("wavlm", "bottleneck")),
    "muq lora": lambda: layered(front_end("muq", "lora")),
    "crnn": lambda: Example(
        WaveformEncoder(LogMel(sample_rate=16000), CRNN(46)), 1.44
    ),
    "1d cnn": lambda: Example(
        WaveformEncoder(Waveform(16000), WaveformCNN(24000)), 1.5
    ),
    "oblong cnn": lambda: Example(
        WaveformEncoder(MultiResolutionDecibels(44100), OblongCNN()), 1.5
    ),
    "voice resnet": lambda: Example(
        WaveformEncoder(
            LogMel(hop_length=1024, n_mels=80),
            VoiceResNet(channels=[4, 8], blocks=[1, 1], embedding_dim=6),
        ),
        0.5,
    ),
}
NOTE_EXAMPLES = {
    "front end": lambda: layered(front_end("hubert"), LayerFrames),
    "cnn": lambda: Example(
        WaveformEncoder(CQTDecibels(n_bins=24), NoteCNN(24, 8)), 1.0
    ),
}


def build(examples, name):
    """An example, random and always the same, in evaluation mode."""
    torch.manual_seed(0)
    example = examples[name]()
    example.encoder.eval()
    return example
