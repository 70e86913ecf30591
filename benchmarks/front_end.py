"""Log-mel front end beside nnAudio's MelSpectrogram, on one core.

    pip install nnAudio
    python benchmarks/front_end.py

Both give the mel power spectrogram of four-second clips at 44.1 kHz, with the
same settings, clip by clip and as one batch, with freed memory kept as in a
training run. They agree if the largest difference is below 1e-4 of the
largest value.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from nnAudio.features.mel import MelSpectrogram
from timing import best_seconds, print_table

from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.memory import keep_freed_memory

CLIPS = 16
SECONDS = 4


def main():
    """Prints times per clip and the largest difference."""
    torch.set_num_threads(1)
    keep_freed_memory()
    torch.manual_seed(0)
    wavs = 0.1 * torch.randn(CLIPS, SECONDS * 44100)
    features = LogMel()
    reference = MelSpectrogram(
        sr=44100,
        n_fft=2048,
        hop_length=512,
        n_mels=128,
        fmin=0,
        fmax=22050,
        norm=1,
        power=2.0,
        center=True,
        pad_mode="reflect",
        htk=False,
        verbose=False,
    )
    ways = {
        "nnAudio MelSpectrogram": reference,
        "LogMel.mel": features.mel,
        "LogMel with decibels": features,
    }
    with torch.no_grad():
        expected = reference(wavs)
        difference = (features.mel(wavs) - expected).abs().max()
        print(f"{SECONDS} s clips, one core, per clip")
        for batch in (1, CLIPS):
            seconds = best_seconds(
                {
                    f"{name}, batch of {batch}": lambda way=way, batch=batch: [
                        way(part) for part in wavs.split(batch)
                    ]
                    for name, way in ways.items()
                }
            )
            print_table(seconds, next(iter(seconds)), unit=CLIPS)
    print(f"largest difference / maximum: {difference / expected.max():.1e}")


if __name__ == "__main__":
    main()
