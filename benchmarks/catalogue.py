"""`singer embed` of many short files, beside loops, and killed in the middle.

    python benchmarks/catalogue.py [files] [encoder]

Each way embeds the same files of four seconds in a process of its own: a loop
over `encode_file`; Resemblyzer, where it is installed; `singer embed` in one
process, and with two workers. Counted are files a second, from the start of
Python to the table; processor time of a file; and the memory of all processes,
what they share divided among them. Then `singer embed` with two workers is
killed after a third and after two thirds, and started again: the table must be
that of a run in one go, byte for byte.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from processes import Watch

RATE, SECONDS = 44100, 4
PART_ROWS = 50
LOOP = """
import sys, numpy
from pathlib import Path
from speechbrain_singer import SingerEncoder
encoder = SingerEncoder.from_hparams(sys.argv[2])
paths = sorted(Path(sys.argv[1]).iterdir())
numpy.save(sys.argv[3], [encoder.encode_file(path) for path in paths])
"""
RESEMBLYZER = """
import sys, numpy
from pathlib import Path
from resemblyzer import VoiceEncoder, preprocess_wav
encoder = VoiceEncoder("cpu", verbose=False)
paths = sorted(Path(sys.argv[1]).iterdir())
wavs = map(preprocess_wav, paths)
numpy.save(sys.argv[3], [encoder.embed_utterance(wav) for wav in wavs])
"""


def main(files=2000, encoder="synthetic"):
    """Prints a line for each way, and what killing came to."""
    with tempfile.TemporaryDirectory() as folder:
        songs = Path(folder, "songs")
        write_songs(songs, files)
        print(f"{files} files of {SECONDS} s, {os.cpu_count()} cores")
        given = songs, encoder
        ways = {
            "a loop over encode_file": python(LOOP, *given, f"{folder}/a.npy"),
            "Resemblyzer": python(RESEMBLYZER, *given, f"{folder}/b.npy"),
            "singer embed": embed(*given, f"{folder}/c.parquet", 1),
            "singer embed, 2 workers": embed(*given, f"{folder}/d.parquet", 2),
        }
        first = None
        for name, command in ways.items():
            rate = print_way(name, command, files, first)
            first = first or rate
        kill_twice(embed(*given, f"{folder}/e.parquet", 2), files)
        one_go, killed = (Path(folder, f"{n}.parquet") for n in "de")
        assert killed.read_bytes() == one_go.read_bytes()
        print("killed twice and resumed: the same bytes as in one go")


def write_songs(folder, files):
    """Tones of random pitch, spectral tilt and vibrato, as FLAC."""
    folder.mkdir()
    seconds = np.arange(SECONDS * RATE) / RATE
    vibrato = np.sin(2 * np.pi * 5.5 * seconds) / 10
    for number in range(files):
        generator = np.random.default_rng(number)
        pitch, tilt = generator.uniform([100, 0.5], [500, 2])
        phase = 2 * np.pi * pitch * (seconds + vibrato / 500)
        wave = generator.normal(0, 0.003, len(seconds))
        for harmonic in range(1, 12):
            wave += 0.1 * harmonic**-tilt * np.sin(harmonic * phase)
        soundfile.write(folder / f"{number:06d}.flac", wave, RATE)


def python(code, *arguments):
    """The command that runs a script of this file."""
    return [sys.executable, "-c", code, *map(str, arguments)]


def embed(songs, encoder, target, workers):
    """The command `singer embed`."""
    options = {"--to": target, "--encoder": encoder, "--workers": workers}
    options["--part-rows"] = PART_ROWS
    program = [sys.executable, "-m", "speechbrain_singer.commands.app"]
    given = [str(text) for pair in options.items() for text in pair]
    return [*program, "embed", str(songs), *given]


def print_way(name, command, files, first):
    """Runs it; prints its figures, beside files a second of the first way."""
    start = time.perf_counter()
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        watch = Watch(process.pid)
        _, said = process.communicate()
    rate = files / (time.perf_counter() - start)
    if process.returncode:
        print(f"{name:<28}failed: {said.decode().splitlines()[-1]}")
        return first
    seconds, mib, number = watch.stop()
    print(
        f"{name:<28}{rate:8.1f} files/s{rate / (first or rate):6.2f} x"
        f"{1000 * seconds / files:8.1f} ms of a processor a file"
        f"{mib:8.0f} MiB in {number} processes",
        flush=True,
    )
    return rate


def kill_twice(command, files):
    """Kills it after each third of its parts, and lets it end at last."""
    parts = Path(f"{command[command.index('--to') + 1]}.parts")
    for third in (1, 2):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        while len(list(parts.glob("part-*"))) < third * files / PART_ROWS / 3:
            assert process.poll() is None, "it ended too soon"
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        print(f"killed after {len(list(parts.glob('part-*')))} parts")
        time.sleep(5)  # its workers notice
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:])
