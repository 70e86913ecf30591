"""Is the memory of `encode_file` flat over hours of audio?

    python benchmarks/flat_memory.py [hours] [ending ...]

The real network encodes a file of each ending (wav, flac, mp3), in windows of
4 s, in a process of its own. Its resident memory is sampled all the time: what
counts is the slope from the first tenth on, and the peak over what the process
had before.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import subprocess
import sys
import tempfile
import threading
import time

import numpy as np
import soundfile

RATE = 44100
EVERY = 0.2  # seconds between two samples of the memory


def main(hours=3.0, *endings):
    """Prints a line for each ending."""
    print(f"a stereo file of {hours:g} hours, one core")
    with tempfile.TemporaryDirectory() as folder:
        for ending in endings or ("wav", "flac", "mp3"):
            path = f"{folder}/long.{ending}"
            write_noise(path, hours)
            command = [sys.executable, __file__, "measure", folder, path]
            done = subprocess.run(
                command, stdout=subprocess.PIPE, text=True, check=True
            )
            print(f"{ending:<6}{done.stdout.strip()}", flush=True)
            os.remove(path)


def write_noise(path, hours):
    """Noise that swells, written second by second, 16 bit."""
    generator = np.random.default_rng(0)
    swell = 0.6 + 0.4 * np.sin(4 * np.pi * np.arange(RATE) / RATE)
    seconds = [
        0.1 * generator.standard_normal((RATE, 2)) * swell[:, None]
        for _ in range(20)
    ]
    with soundfile.SoundFile(path, "w", RATE, channels=2) as file:
        for second in range(round(3600 * hours)):
            file.write(seconds[second % len(seconds)])


def measure(folder, path):
    """Encodes in this process and prints its memory over the time."""
    import torch

    from speechbrain_singer.inference.encoder import SingerEncoder
    from speechbrain_singer.inference.export import export_encoder
    from speechbrain_singer.lobes.efficientnet import EfficientNet
    from speechbrain_singer.lobes.features import LogMel
    from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

    torch.set_num_threads(1)
    model = WaveformEncoder(LogMel(), EfficientNet())
    source = export_encoder(f"{folder}/encoder", model, window_seconds=4)
    encoder = SingerEncoder.from_hparams(source, run_opts={"device": "cpu"})
    hours = soundfile.info(path).duration / 3600
    before, samples, done = resident_mib(), [], threading.Event()

    def sample():
        while not done.wait(EVERY):
            samples.append(resident_mib())

    sampler = threading.Thread(target=sample)
    start = time.perf_counter()
    sampler.start()
    encoder.encode_file(path)
    done.set()
    sampler.join()
    seconds = time.perf_counter() - start
    later = np.array(samples[len(samples) // 10 :])
    slope = np.polyfit(np.linspace(hours / 10, hours, len(later)), later, 1)[0]
    tenths = [f"{np.median(t):.0f}" for t in np.array_split(samples, 10)]
    print(
        f"{max(samples) - before:6.0f} MiB at the most over {before:.0f} MiB, "
        f"{slope:+.2f} MiB an hour of audio, {len(samples)} samples in "
        f"{seconds:.0f} s\n      medians of tenths: {' '.join(tenths)} MiB"
    )


def resident_mib():
    """Resident memory of this process now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(*sys.argv[2:])
    else:
        main(*map(float, sys.argv[1:2]), *sys.argv[2:])
