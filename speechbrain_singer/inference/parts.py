"""What an encoder may be made of."""

from speechbrain_singer.lobes.adapters import AdaptedFrontEnd
from speechbrain_singer.lobes.cqt import CQTDecibels
from speechbrain_singer.lobes.crnn import CRNN
from speechbrain_singer.lobes.decibels import MelDecibels
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.encoder_layers import EncoderLayers
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.front_ends import FrontEnd
from speechbrain_singer.lobes.ge2e_layers import GE2ELayers
from speechbrain_singer.lobes.heads import ClassifierHead
from speechbrain_singer.lobes.layer_pooling import LayerFrames, LayerPooling
from speechbrain_singer.lobes.magnitude_mel import LogMagnitudeMel
from speechbrain_singer.lobes.multi_resolution import MultiResolutionDecibels
from speechbrain_singer.lobes.muq_layers import MuQLayers
from speechbrain_singer.lobes.note_cnn import NoteCNN
from speechbrain_singer.lobes.note_efficientnet import NoteEfficientNet
from speechbrain_singer.lobes.notes_head import NotesHead
from speechbrain_singer.lobes.oblong_cnn import OblongCNN
from speechbrain_singer.lobes.pooled_efficientnet import PooledEfficientNet
from speechbrain_singer.lobes.singer_cnn import SingerCNN
from speechbrain_singer.lobes.voice_resnet import VoiceResNet
from speechbrain_singer.lobes.waveform import Waveform
from speechbrain_singer.lobes.waveform_cnn import WaveformCNN
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.published.efficientnet import PublishedEfficientNet
from speechbrain_singer.published.features import PublishedLogMel
from speechbrain_singer.published.parameters import PublishedPretrainer

# By the names in a description: no other is looked up
PARTS = {
    f"{part.__module__}.{part.__qualname__}": part
    for part in (
        # Spectrograms, and the waveform itself
        *(LogMel, LogMagnitudeMel, MelDecibels, CQTDecibels),
        *(MultiResolutionDecibels, Waveform),
        # Front ends with layers
        *(FrontEnd, MuQLayers, GE2ELayers, EncoderLayers, AdaptedFrontEnd),
        # Networks on the one and on the other
        *(EfficientNet, PooledEfficientNet, SingerCNN, CRNN, WaveformCNN),
        *(OblongCNN, VoiceResNet),
        *(NoteCNN, NoteEfficientNet, LayerPooling, LayerFrames),
        # Heads, what holds an encoder together, and what is published
        *(ClassifierHead, NotesHead, WaveformEncoder),
        *(PublishedLogMel, PublishedEfficientNet, PublishedPretrainer),
    )
}
