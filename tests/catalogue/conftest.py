import pytest
import soundfile
import torch

from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.voice_resnet import VoiceResNet
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

SECONDS = 0.6


@pytest.fixture
def songs(noise, tmp_path):
    """A folder of seven files, of which 3.wav is no audio."""
    folder = tmp_path / "songs"
    folder.mkdir()
    for number in range(7):
        waveform = noise(SECONDS, number, tilt=number / 7).numpy()
        soundfile.write(folder / f"{number}.wav", waveform, 44100)
    (folder / "3.wav").write_bytes(b"no audio")
    return folder


@pytest.fixture
def small(tmp_path):
    """The folder of an encoder that any process knows, and loads fast."""
    torch.manual_seed(0)
    network = VoiceResNet(16, (2,), (1,), 3)
    untrained = WaveformEncoder(LogMel(n_mels=16), network)
    folder = tmp_path / "small"
    export_encoder(folder, untrained, window_seconds=0.5)
    return str(folder)
