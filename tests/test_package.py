import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

import speechbrain_singer
from speechbrain_singer.evaluation import singer_similarity
from speechbrain_singer.inference import encoder, transcriber
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.voice_resnet import VoiceResNet
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

# Each takes a second or so to import, or half of it
SLOW = {
    *("torchvision", "torch._dynamo", "sklearn", "matplotlib", "pandas"),
    *("transformers", "huggingface_hub.hf_api", "scipy", "numba", "librosa"),
    *("pyarrow", "ray"),
}


def test_what_the_package_hands_on():
    assert speechbrain_singer.SingerEncoder is encoder.SingerEncoder
    assert (
        speechbrain_singer.SingingTranscriber is transcriber.SingingTranscriber
    )
    assert (
        speechbrain_singer.singer_similarity
        is singer_similarity.singer_similarity
    )
    with pytest.raises(AttributeError, match="has no attribute 'Singer'"):
        _ = speechbrain_singer.Singer


def test_an_embedding_imports_nothing_slow_that_it_does_not_need(tmp_path):
    network = VoiceResNet(16, (2,), (1,), 3)
    untrained = WaveformEncoder(LogMel(n_mels=16), network)
    export_encoder(tmp_path / "encoder", untrained, window_seconds=1.0)
    noise = np.random.default_rng(0).normal(0, 0.1, 44100)
    soundfile.write(tmp_path / "clip.wav", noise, 44100)
    code = (
        "import sys\n"
        "from speechbrain_singer import SingerEncoder\n"
        "encoder = SingerEncoder.from_hparams('./encoder')\n"
        "print(len(encoder.encode_file('clip.wav')), *sys.modules)"
    )
    root = str(Path(speechbrain_singer.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code],
        **{"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": root}},
        **{"check": True, "capture_output": True, "text": True},
    )
    dimension, *modules = done.stdout.split()
    assert dimension == "3"
    assert sorted(SLOW.intersection(modules)) == []
