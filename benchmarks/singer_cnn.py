"""The singer CNN beside a plain implementation of it, on one core.

    pip install librosa
    python benchmarks/singer_cnn.py [resnext or vanilla]

Plain is what one would write from the paper: torch's modules in torch's own
layout, and librosa's features, computed window by window in a process of the
loader. Both see the same windows in batches of 32, and have the same weights;
what they give differs by rounding.

1. A performance of four minutes at 44.1 kHz, from a file to its embedding, in
   windows that overlap by half. Plain resamples by librosa and computes the
   mel spectrogram once, for all windows. Memory is as a process finds it.
2. Training, per window: forward, backward and a step of Adam, with the
   loading. Ours takes its features from stored spectrograms; "on the device"
   computes them of the waveforms in each step instead. Freed memory is kept,
   as in our recipe, for plain too.
"""

import os

# Threads that wait do not spin, and neither numpy nor torch has several
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ["OMP_NUM_THREADS"] = "1"

import sys
import tempfile
from pathlib import Path

import librosa
import numpy as np
import soundfile
import torch
import torch.nn.functional as F
from timing import best_seconds, print_table
from torch import nn
from torch.utils.data import DataLoader, Dataset

from speechbrain_singer.dataio.sampler import clip_loader
from speechbrain_singer.dataio.windows import ShuffledWindows, Windows
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.decibels import MelDecibels
from speechbrain_singer.lobes.singer_cnn import SingerCNN
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.supervised.spectrograms import cached_spectrograms

RATE, HOP, FRAMES = 22050, 512, 256
SAMPLES = (FRAMES - 1) * HOP
BATCH, BATCHES, SINGERS, SECONDS = 32, 2, 12, 30


def main():
    """Prints times and ratios of both questions."""
    block = sys.argv[1] if len(sys.argv) > 1 else "resnext"
    # The loader's process too
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    torch.manual_seed(0)
    print(f"shallow {block}, one core, batches of {BATCH}")
    with tempfile.TemporaryDirectory() as folder:
        compare_inference(block, Path(folder))
        keep_freed_memory()
        compare_training(block, Path(folder))


def compare_training(block, folder):
    """Prints the time a window takes in training, in each way."""
    rows = [
        {"wav": write_noise(folder / f"{singer}.wav", SECONDS, RATE)}
        for singer in range(SINGERS)
    ]
    features = MelDecibels()
    stored, _ = cached_spectrograms(
        features, rows, folder / "cache", progressbar=False
    )
    windows = Windows(stored, range(SINGERS), length=FRAMES, hop=51)
    kept = clip_loader(ShuffledWindows(windows), BATCH * BATCHES, BATCH)
    waveforms = DataLoader(WindowsOfFiles(rows, windows), BATCH)
    plain_features = DataLoader(
        PlainFeatures(rows, windows), BATCH, num_workers=1
    )
    ways = {
        "plain, librosa's features": epoch(
            PlainCNN(block, SINGERS), plain_features, lambda item: item
        ),
        "ours, features on the device": epoch(
            SingerCNN(block, output_dim=SINGERS), waveforms, features
        ),
        "ours, stored features": epoch(
            SingerCNN(block, output_dim=SINGERS),
            kept,
            lambda item: features.relative(item),
        ),
    }
    seconds = best_seconds(ways, rounds=3)
    print("\ntraining, per window")
    print_table(seconds, next(iter(ways)), unit=BATCH * BATCHES)


def epoch(network, loader, features):
    """A function that trains a network on all batches of a loader."""
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)

    def train():
        for batch in loader:
            if isinstance(batch, dict):
                batch = batch["decibels"], batch["label"]
            logits = network(features(batch[0]))
            F.cross_entropy(logits, batch[1]).backward()
            optimizer.step()
            optimizer.zero_grad()

    return train


def compare_inference(block, folder):
    """Prints the time that a performance takes, from file to embedding."""
    path = write_noise(folder / "performance.wav", 240, 2 * RATE)
    ours = SingerCNN(block).eval()
    plain = PlainCNN(block).eval()
    copy_weights(ours, plain)
    with torch.no_grad():
        windows = 60 * torch.rand(2, 96, FRAMES)
        expected = plain(windows)
        difference = (ours(windows) - expected).abs().max() / expected.max()
    export_encoder(
        folder / "encoder",
        WaveformEncoder(MelDecibels(), ours),
        window_seconds=SAMPLES / RATE,
    )
    fp32, bf16 = (
        SingerEncoder.from_hparams(
            folder / "encoder",
            run_opts={"precision": precision},
            overrides={"window_overlap": 0.5},
        )
        for precision in ("fp32", "bf16")
    )
    ways = {
        "plain, librosa": lambda: embed_plainly(plain, path, BATCH),
        "plain, librosa, two at once": lambda: embed_plainly(plain, path, 2),
        "SingerEncoder": lambda: fp32.encode_file(path),
        "SingerEncoder, bf16": lambda: bf16.encode_file(path),
    }
    with torch.no_grad():
        seconds = best_seconds(ways, rounds=3)
    print("\na performance of four minutes")
    print_table(seconds, next(iter(ways)))
    print(
        f"largest difference of the networks: {difference:.0e} of the maximum"
    )


def embed_plainly(network, path, batch):
    """Mean of the embeddings of a file's windows."""
    wav, _ = librosa.load(path, sr=RATE)
    mel = librosa.feature.melspectrogram(
        y=wav, sr=RATE, n_fft=2048, hop_length=HOP, n_mels=96, power=1.0
    )
    starts = range(0, mel.shape[1] - FRAMES + 1, FRAMES // 2)
    windows = [to_features(mel[:, i : i + FRAMES]) for i in starts]
    windows = torch.from_numpy(np.stack(windows))
    embeddings = [network(part) for part in windows.split(batch)]
    return torch.cat(embeddings).mean(dim=0)


def to_features(mel):
    """Mel magnitudes as decibels from 0 to 60."""
    return librosa.amplitude_to_db(mel, ref=np.max, top_db=60.0) + 60


class WindowsOfFiles(Dataset):
    """Waveforms and labels of the first windows of a list, read when asked."""

    def __init__(self, rows, windows):
        self.rows = rows
        self.windows = windows

    def __len__(self):
        return BATCH * BATCHES

    def __getitem__(self, index):
        path = self.rows[self.windows.row[index]]["wav"]
        start = int(self.windows.start[index]) * HOP
        wav, _ = soundfile.read(path, SAMPLES, start, dtype="float32")
        return wav, int(self.windows.label[index])


class PlainFeatures(WindowsOfFiles):
    """The same windows as librosa's features, [bands, frames]."""

    def __getitem__(self, index):
        wav, label = super().__getitem__(index)
        mel = librosa.feature.melspectrogram(
            y=wav, sr=RATE, n_fft=2048, hop_length=HOP, n_mels=96, power=1.0
        )
        return to_features(mel), label


class PlainCNN(nn.Module):
    """The shallow network, as one would write it down."""

    def __init__(self, block, classes=None):
        super().__init__()
        self.first = plain_layer(1, 64, 10)
        self.pool = nn.MaxPool2d(2)
        if block == "resnext":
            self.block = nn.Sequential(
                plain_layer(64, 64, 1),
                plain_layer(64, 64, 5, groups=4),
                plain_layer(64, 128, 1),
            )
            self.shortcut = nn.Conv2d(64, 128, 1)
        else:
            self.block = nn.Sequential(
                plain_layer(64, 128, 5), plain_layer(128, 128, 5)
            )
            self.shortcut = None
        self.attention = nn.Linear(3072, 1)
        self.dense = nn.Sequential(
            *(nn.Linear(3072, 1024), nn.ReLU()),
            *(nn.Linear(1024, 1024), nn.ReLU()),
            *(nn.Linear(1024, 1024), nn.ReLU()),
            nn.Dropout(0.1),
        )
        self.output = nn.Linear(1024, classes) if classes else nn.Identity()

    def forward(self, features):
        x = self.pool(self.first(features.transpose(1, 2).unsqueeze(1)))
        y = self.block(x)
        x = self.pool(y if self.shortcut is None else y + self.shortcut(x))
        x = x.transpose(1, 2).flatten(2)
        weights = torch.softmax(torch.tanh(self.attention(x)), dim=1)
        return self.output(self.dense((weights * x).sum(dim=1)))


def plain_layer(input_channels, output_channels, kernel_size, groups=1):
    """Convolution, ReLU and batch normalisation."""
    return nn.Sequential(
        nn.Conv2d(
            input_channels,
            output_channels,
            kernel_size,
            padding="same",
            groups=groups,
        ),
        nn.ReLU(),
        nn.BatchNorm2d(output_channels),
    )


def copy_weights(source, target):
    """They stand in the same order in both."""
    values = source.state_dict().values()
    target.load_state_dict(dict(zip(target.state_dict(), values, strict=True)))


def write_noise(path, seconds, sample_rate):
    """A file of noise that swells and fades."""
    rng = np.random.default_rng(seconds)
    samples = seconds * sample_rate
    swell = 0.1 + 0.1 * np.sin(np.arange(samples) / sample_rate)
    soundfile.write(path, swell * rng.standard_normal(samples), sample_rate)
    return path


if __name__ == "__main__":
    main()
