"""Log-mel front end beside nnAudio's MelSpectrogram, on one core.

    pip install nnAudio
    python benchmarks/front_end.py

Both give the mel power spectrogram of four-second clips at 44.1 kHz, with the
same settings. They agree if the largest difference is below 1e-4 of the
largest value.
"""

import torch
from nnAudio.features.mel import MelSpectrogram
from timing import best_seconds, print_table

from speechbrain_singer.lobes.features import LogMel

CLIPS = 8
SECONDS = 4


def main():
    """Prints times per clip and the largest difference."""
    torch.set_num_threads(1)
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
        "LogMel, decibels and scaling too": features,
    }
    with torch.no_grad():
        expected = reference(wavs)
        difference = (features.mel(wavs) - expected).abs().max()
        # Clip by clip, the way both are the fastest
        seconds = best_seconds(
            {
                name: lambda way=way: [way(wav[None]) for wav in wavs]
                for name, way in ways.items()
            }
        )
    print(f"{SECONDS} s clips, one core, per clip")
    print_table(seconds, "nnAudio MelSpectrogram", unit=CLIPS)
    print(f"largest difference / maximum: {difference / expected.max():.1e}")


if __name__ == "__main__":
    main()
