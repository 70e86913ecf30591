"""SingerEncoder beside the published code's way to an embedding, on one core.

    pip install nnAudio
    python benchmarks/inference.py [folder of an encoder]

As published (Torres et al., ISMIR 2023): a mel spectrogram by convolutions
(nnAudio), copied into three channels, through torchvision's EfficientNet-B0.
SingerEncoder has the same network with the same weights, clip by clip and in
batches of 32; and so has the encoder in the box, which is a smaller one. Clips
have four seconds. Without a folder the weights are random, but batch norm has
seen the clips' kind: without that all embeddings would be the same.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import sys
import tempfile
import time

import torch
import torch.nn.functional as F
from nnAudio.features.mel import MelSpectrogram
from timing import best_seconds, print_table
from torchvision import models

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.processor import fast_precision

BATCH = 32
ALONE = 8  # clips that are encoded one by one
ROUNDS = 3
SECONDS = 4
RATE = 44100


def main():
    """Prints times per clip and cosines with the published way's embeddings."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    wavs = harmonic_tones(BATCH)
    with tempfile.TemporaryDirectory() as folder:
        source = sys.argv[1] if len(sys.argv) > 1 else random_encoder(folder)
        encoders = {
            f"SingerEncoder, {precision}": SingerEncoder.from_hparams(
                source, run_opts={"precision": precision}
            )
            for precision in dict.fromkeys(("fp32", fast_precision()))
        }
    published = AsPublished(encoders["SingerEncoder, fp32"].mods.encoder)
    box = SingerEncoder.from_hparams("synthetic")
    ways = {"as published": published} | {
        name: lambda part, encoder=encoder: encoder.encode_batch(part)[:, 0]
        for name, encoder in (
            encoders | {"the encoder in the box": box}
        ).items()
    }
    print(f"clips of {SECONDS} s, one core, per clip")
    with torch.no_grad():
        for batch, clips in ((1, wavs[:ALONE]), (BATCH, wavs)):
            report(ways, clips, batch)
        expected = published(wavs)
        for name, encoder in encoders.items():
            cosines = F.cosine_similarity(
                encoder.encode_batch(wavs)[:, 0], expected
            )
            print(f"{name}: cosine with the published at least {cosines.min()}")
    other = (expected[1:] * expected[:-1]).sum(1).mean()
    print(f"cosine of different clips: {other:.3f} on average")


def report(ways, clips, batch):
    """Prints a table of all ways, with the clips in batches of this size."""
    functions = {
        f"{name}, batch of {batch}": lambda way=way: [
            way(part) for part in clips.split(batch)
        ]
        for name, way in ways.items()
    }
    seconds = best_seconds(functions, ROUNDS, time.process_time)
    print_table(seconds, next(iter(seconds)), unit=len(clips))


class AsPublished(torch.nn.Module):
    """The same network as torchvision builds it, and nnAudio's spectrogram."""

    def __init__(self, encoder):
        super().__init__()
        self.features = encoder.features
        self.mel = MelSpectrogram(
            **{"sr": RATE, "n_fft": self.features.n_fft, "norm": 1},
            **{"hop_length": self.features.hop_length, "htk": False},
            **{"n_mels": self.features.n_mels, "fmax": RATE // 2, "power": 2.0},
            verbose=False,
        )
        self.net = models.get_model(encoder.encoder.name)
        self.net.classifier[-1] = torch.nn.Linear(
            self.net.classifier[-1].in_features, encoder.embedding_dim
        )
        state = encoder.encoder.net.state_dict()
        stem = state["features.0.0.weight"]
        state["features.0.0.weight"] = stem.expand(-1, 3, -1, -1) / 3
        self.net.load_state_dict(state)
        self.eval()

    def forward(self, wavs):
        """[batch, time] to [batch, dim], of length 1."""
        peaks = wavs.abs().amax(dim=1, keepdim=True)
        decibels = 10 * self.mel(wavs / peaks).clamp(min=1e-10).log10()
        images = self.features.scale(decibels).unsqueeze(1).repeat(1, 3, 1, 1)
        return F.normalize(self.net(images), dim=-1)


def random_encoder(folder):
    """Exports an encoder of random weights whose batch norm is adapted."""
    model = WaveformEncoder(LogMel(), EfficientNet()).eval()
    calibrate_batch_norm(model, harmonic_tones(8))
    return export_encoder(f"{folder}/encoder", model, window_seconds=SECONDS)


def harmonic_tones(count):
    """Tones of random pitch, spectral tilt and vibrato, [count, time]."""
    time_ = torch.arange(SECONDS * RATE) / RATE
    pitch = 110 * 2 ** (3 * torch.rand(count, 1))
    vibrato = 0.01 * torch.sin(2 * torch.pi * 5.5 * time_)
    phase = 2 * torch.pi * (pitch * (1 + vibrato)).cumsum(1) / RATE
    tilt = 0.5 + 1.5 * torch.rand(count, 1)
    wavs = 0.003 * torch.randn(count, len(time_))
    for harmonic in range(1, 20):
        wavs += 0.1 * harmonic**-tilt * torch.sin(harmonic * phase)
    return wavs


if __name__ == "__main__":
    main()
