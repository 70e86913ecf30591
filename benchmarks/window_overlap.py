"""Do windows that overlap pay for the network that they take?

    python benchmarks/window_overlap.py FOLDER [encoder ...]

Equal error rates of an encoder (the one in the box if left out), all pairs of
recordings, and seconds of one core, with windows one after the other and with
windows that overlap by half. FOLDER has the songs of RAVDESS, two or three of a
singer joined, drawn twice: of one of them, up to 6.4 s, both make the
same two windows. And synthesised persons sing for twelve seconds.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import sys
import time

import numpy as np
import torch

from speechbrain_singer.corpora.ravdess_song import list_recordings
from speechbrain_singer.evaluation.encoders import load_encoder
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.metrics.detection import operating_points
from speechbrain_singer.synthesis.persons import record_person

OVERLAPS = (0.0, 0.5)
DRAWS = 2
PERSONS, SONGS, SECONDS = 12, 4, 12
SEED = 9


def main(folder, *encoders):
    """Prints a line for each encoder, recordings and overlap."""
    torch.set_num_threads(1)
    rows = [row for row in list_recordings(folder) if "reason" not in row]
    print(f"{'':<34}{'overlap':>8}{'EER':>9}{'one core':>11}{'audio':>9}")
    for name in encoders or ["synthetic"]:
        encoder = load_encoder(name)
        wavs = [encoder.load_audio(row["path"]) for row in rows]
        singers = [row["singer"] for row in rows]
        for draw in range(DRAWS):
            report(
                f"{name}, joined {draw}", encoder, *joined(wavs, singers, draw)
            )
        report(f"{name}, persons", encoder, *persons())


def report(title, encoder, wavs, singers):
    """Measures both overlaps on the same recordings."""
    audio = sum(map(len, wavs)) / encoder.sample_rate
    for overlap in OVERLAPS:
        other = SingerEncoder(
            {"encoder": encoder.mods.encoder},
            {**vars(encoder.hparams), "window_overlap": overlap},
        )
        other.encode_batch(wavs[:1])
        start = time.process_time()
        with torch.no_grad():
            embeddings = other.encode_batch(wavs)[:, 0]
        seconds = time.process_time() - start
        rate = equal_error(embeddings, singers)
        print(
            f"{title:<34}{overlap:8.1f}{100 * rate:7.2f} %{seconds:9.1f} s"
            f"{audio:7.0f} s",
            flush=True,
        )


def equal_error(embeddings, singers):
    """EER of all pairs, by their cosine."""
    first, second = np.triu_indices(len(singers), 1)
    scores = (embeddings @ embeddings.T).numpy()[first, second]
    singers = np.array(singers)
    labels = singers[first] == singers[second]
    return operating_points(scores, labels.astype(int)).equal_error()[0]


def joined(wavs, singers, draw):
    """Two or three recordings of a singer as one, each of them once."""
    rng = np.random.default_rng([SEED, draw])
    longer, whose = [], []
    for singer in sorted(set(singers)):
        own = [w for w, s in zip(wavs, singers, strict=True) if s == singer]
        order = rng.permutation(len(own))
        while len(order) > 1:
            count = min(len(order), int(rng.integers(2, 4)))
            longer.append(torch.cat([own[i] for i in order[:count]]))
            whose.append(singer)
            order = order[count:]
    return longer, whose


def persons():
    """Recordings of synthesised persons, and who they are."""
    wavs, whose = [], []
    for index in range(PERSONS):
        wavs += record_person(SEED, index, SONGS, SECONDS)
        whose += SONGS * [index]
    return wavs, whose


if __name__ == "__main__":
    main(*sys.argv[1:])
