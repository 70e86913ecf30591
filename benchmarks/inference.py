"""SingerEncoder.encode_batch beside plain torchvision, on one core.

    python benchmarks/inference.py [folder of an encoder]

Both embed 32 clips of four seconds with the same log-mel and the same weights;
torchvision's EfficientNet gets the spectrograms copied into three channels, as
one batch, in float32. Without a folder the weights are random, but batch norm
has seen the clips' kind: without that all embeddings would be the same.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import sys
import tempfile

import torch
import torch.nn.functional as F
from timing import best_seconds, print_table
from torchvision import models

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

CLIPS = 32
SECONDS = 4
RATE = 44100


def main():
    """Prints times per clip and cosines with torchvision's embeddings."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    wavs = harmonic_tones(CLIPS)
    with tempfile.TemporaryDirectory() as folder:
        source = sys.argv[1] if len(sys.argv) > 1 else random_encoder(folder)
        encoders = {
            precision: SingerEncoder.from_hparams(
                source, run_opts={"precision": precision, "device": "cpu"}
            )
            for precision in ("fp32", "bf16")
        }
    plain = PlainEncoder(encoders["fp32"].mods.encoder)

    ways = {"torchvision, fp32, three channels": lambda: plain(wavs)}
    for precision, encoder in encoders.items():
        ways[f"SingerEncoder, {precision}"] = lambda encoder=encoder: (
            encoder.encode_batch(wavs)[:, 0]
        )
    with torch.no_grad():
        embeddings = {name: way() for name, way in ways.items()}
        seconds = best_seconds(ways)
    baseline, *ours = ways
    print(f"{CLIPS} clips of {SECONDS} s, one core, per clip")
    print_table(seconds, baseline, unit=CLIPS)
    for name in ours:
        cosines = F.cosine_similarity(embeddings[name], embeddings[baseline])
        print(
            f"{name}: cosine with torchvision's at least {cosines.min():.5f}, "
            f"{cosines.mean():.5f} on average"
        )
    other = embeddings[baseline][1:] * embeddings[baseline][:-1]
    print(f"cosine of different clips: {other.sum(1).mean():.3f} on average")


class PlainEncoder(torch.nn.Module):
    """The same network as torchvision builds it, with three input channels."""

    def __init__(self, encoder):
        super().__init__()
        self.features = encoder.features
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
        images = self.features(wavs).unsqueeze(1).repeat(1, 3, 1, 1)
        return F.normalize(self.net(images), dim=-1)


def random_encoder(folder):
    """Exports an encoder of random weights whose batch norm is adapted."""
    model = WaveformEncoder(LogMel(), EfficientNet()).eval()
    calibrate_batch_norm(model, harmonic_tones(8))
    return export_encoder(f"{folder}/encoder", model, window_seconds=SECONDS)


def harmonic_tones(count):
    """Tones of random pitch, spectral tilt and vibrato, [count, time]."""
    time = torch.arange(SECONDS * RATE) / RATE
    pitch = 110 * 2 ** (3 * torch.rand(count, 1))
    vibrato = 0.01 * torch.sin(2 * torch.pi * 5.5 * time)
    phase = 2 * torch.pi * (pitch * (1 + vibrato)).cumsum(1) / RATE
    tilt = 0.5 + 1.5 * torch.rand(count, 1)
    wavs = 0.003 * torch.randn(count, len(time))
    for harmonic in range(1, 20):
        wavs += 0.1 * harmonic**-tilt * torch.sin(harmonic * phase)
    return wavs


if __name__ == "__main__":
    main()
