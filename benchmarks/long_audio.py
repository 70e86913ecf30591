"""Memory and time of a long file: read in blocks, and in one piece.

    python benchmarks/long_audio.py [minutes]

Each way encodes the same stereo file, at the encoder's rate and at another, in
a process of its own. What counts is the peak of that process's memory over
what it was after the imports.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
import soundfile

# The encoder is imported where it is measured: Linux counts what the process
# had that started another into that one's peak


def main(minutes=10):
    """Prints a line for each rate and way."""
    print(f"a stereo file of {minutes} minutes, one core")
    with tempfile.TemporaryDirectory() as folder:
        for rate in (44100, 48000):
            path = f"{folder}/{rate}.wav"
            write_noise(path, rate, minutes)
            for way in ("encode_file", "in_one_piece"):
                command = [sys.executable, __file__, way, folder, path]
                done = subprocess.run(
                    command, stdout=subprocess.PIPE, text=True, check=True
                )
                print(f"{rate} Hz, {way:<13}{done.stdout.strip()}", flush=True)


def write_noise(path, rate, minutes):
    """Noise that swells, written second by second, 16 bit."""
    generator = np.random.default_rng(0)
    swell = 0.6 + 0.4 * np.sin(4 * np.pi * np.arange(rate) / rate)
    with soundfile.SoundFile(path, "w", rate, channels=2) as file:
        for _ in range(60 * minutes):
            noise = 0.1 * generator.standard_normal((rate, 2))
            file.write(noise * swell[:, None])


def measure(way, folder, path):
    """Encodes in this process and prints its memory and time."""
    import torch
    import torchvision  # noqa: F401, the encoder imports it

    from speechbrain_singer.dataio.audio import read_audio
    from speechbrain_singer.inference.encoder import SingerEncoder
    from speechbrain_singer.inference.export import export_encoder
    from speechbrain_singer.lobes.efficientnet import EfficientNet
    from speechbrain_singer.lobes.features import LogMel
    from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

    torch.set_num_threads(1)
    imports = peak_mib()
    model = WaveformEncoder(LogMel(), EfficientNet())
    source = export_encoder(f"{folder}/encoder", model, window_seconds=4)
    encoder = SingerEncoder.from_hparams(source, run_opts={"device": "cpu"})
    start = time.perf_counter()
    if way == "encode_file":
        encoder.encode_file(path)
    else:
        encoder.encode_waveform(*read_audio(path))
    seconds = time.perf_counter() - start
    print(
        f"{peak_mib() - imports:6.0f} MiB over the {imports:.0f} MiB of the "
        f"imports{seconds:7.1f} s"
    )


def peak_mib():
    """Peak of this process's resident memory."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(*sys.argv[1:])
    else:
        main(*map(int, sys.argv[1:]))
