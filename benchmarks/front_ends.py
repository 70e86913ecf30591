"""An epoch of the frozen stage, of stored features and of audio, on one core.

    python benchmarks/front_ends.py [ge2e or base, or both]

What the recipe does in an epoch: all chunks that train, forward, backward and a
step of Adam; the validation; the log and the checkpoint. "Stored" reads the
features that were computed before, "every epoch" computes them of the audio,
as one does without `cache_features`. Base is a wav2vec 2.0 of the published
size (12 layers of width 768) with random weights, as time does not depend on
them. Both take turns in one run.
"""

import os

# Threads that wait do not spin, and neither numpy nor torch has several
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ["OMP_NUM_THREADS"] = "1"

import logging
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import torch
from timing import best_seconds, print_table

from speechbrain_singer.dataio.chunks import Chunks, chunks_of
from speechbrain_singer.dataio.sampler import clip_loader, ordered_loader
from speechbrain_singer.dataio.windows import ShuffledWindows
from speechbrain_singer.inference.front_ends import load_front_end
from speechbrain_singer.lobes.heads import ClassifierHead
from speechbrain_singer.lobes.layer_pooling import LayerPooling
from speechbrain_singer.supervised.cached_features import cached_parts
from speechbrain_singer.supervised.classifier import ClassifierBrain
from speechbrain_singer.supervised.parts import Part
from speechbrain_singer.training.stages import two_stages

RATE, SECONDS, BATCH = 16000, 5.0, 8
TRAIN, VALID = {"ge2e": 96, "base": 8}, {"ge2e": 32, "base": 4}


def main():
    """Prints times of an epoch, and their ratio."""
    logging.disable(logging.WARNING)
    names = sys.argv[1:] or list(TRAIN)
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            compare(name, Path(folder))


def compare(name, folder):
    """Prints the time of an epoch in both ways."""
    torch.manual_seed(0)
    features = front_end(name, folder).freeze()
    sizes = {"train": TRAIN[name], "valid": VALID[name]}
    parts = {
        part: chunks(folder / f"{part}.wav", count)
        for part, count in sizes.items()
    }
    encoder = LayerPooling(features.layers, features.width, projected=True)
    stored = cached_parts(
        features, encoder, parts, folder / "cache", "cpu", progressbar=False
    )
    ways = {
        "features computed every epoch": epoch(features, parts, folder / "a"),
        "features stored": epoch(features, stored, folder / "b"),
    }
    print(f"{name}: {sizes['train']} chunks of {SECONDS:g} s, one core")
    print_table(best_seconds(ways, rounds=1), next(iter(ways)))


def front_end(name, folder):
    """By its name; base as transformers makes one without weights."""
    if name != "base":
        return load_front_end(name)
    import transformers

    config = transformers.Wav2Vec2Config()
    transformers.Wav2Vec2Model(config).save_pretrained(folder / "base")
    extractor = transformers.Wav2Vec2FeatureExtractor()
    extractor.save_pretrained(folder / "base")
    return load_front_end(str(folder / "base"))


def chunks(path, count):
    """A part of so many chunks of noise, in two classes by turns."""
    noise = np.random.default_rng(count).standard_normal(
        round(count * SECONDS * RATE)
    )
    soundfile.write(path, noise / 10, RATE)
    row = {"ID": path.stem, "wav": str(path), "sample_rate": RATE}
    rows = [row | {"start": 0, "stop": len(noise)}]
    cut = chunks_of(rows, SECONDS, progressbar=False)
    labels = np.arange(count) % 2
    return Part(rows, Chunks(cut, RATE, labels), ["ann", "bob"])


def epoch(features, parts, folder):
    """A function that trains one epoch more."""
    stage, _ = two_stages(folder, frozen_epochs=1, tuned_epochs=1)
    encoder = LayerPooling(features.layers, features.width, projected=True)
    head = ClassifierHead(features.width, ["ann", "bob"], dropout=0.5)
    brain = ClassifierBrain(
        modules={"features": features, "encoder": encoder, "classifier": head},
        opt_class=torch.optim.Adam,
        run_opts={"device": "cpu", "noprogressbar": True},
        seed=1,
        **stage.options,
    )
    windows = parts["train"].windows
    loader = clip_loader(ShuffledWindows(windows), len(windows), BATCH)
    valid = ordered_loader(parts["valid"].windows, BATCH)

    def train():
        stage.epoch_counter.limit = stage.epoch_counter.current + 1
        brain.fit(stage.epoch_counter, loader, valid)

    return train


if __name__ == "__main__":
    main()
