"""A small corpus at 8 kHz and its shards, for the tests of shards."""

import json
import tarfile

import numpy as np
import soundfile

from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.shard_reader import find_shards
from speechbrain_singer.dataio.shard_writer import write_shards
from speechbrain_singer.dataio.splits import Split

RATE = 8000


def noise(seconds, seed=0):
    generator = np.random.default_rng(seed)
    return generator.uniform(-0.5, 0.5, round(seconds * RATE))


def write_corpus(folder, **seconds):
    """Manifest of noise in 16 bits: seconds of each recording, by singer."""
    for singer, durations in seconds.items():
        (folder / "corpus" / singer).mkdir(parents=True)
        for number, duration in enumerate(durations):
            path = folder / "corpus" / singer / f"{number}.wav"
            samples = noise(duration, seed=number)
            soundfile.write(path, samples, RATE, "PCM_16")
    return prepare(folder)


def prepare(folder):
    corpus = Corpus(
        "folder", folder / "corpus", folder / "manifest", split=Split(0, 0)
    )
    return corpus.prepare().train


def shards_of(manifest, folder, recordings=3):
    """Writes shards of about so many recordings of a second; their paths."""
    megabytes = recordings * 1.2 * RATE / 1e6 - 1e-6
    write_shards(manifest, folder, "train", megabytes, RATE)
    return find_shards(f"{folder}/train-*.tar")


def rows_in(shard):
    """Rows of a shard, by tarfile alone."""
    with tarfile.open(shard) as tar:
        members = [m for m in tar.getmembers() if m.name.endswith(".json")]
        return [json.load(tar.extractfile(member)) for member in members]
