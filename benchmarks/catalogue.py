"""`singer embed` of many short files, beside loops, and killed in the middle.

    python benchmarks/catalogue.py [files] [encoder]

Each way embeds files of four seconds in a process of its own: a loop over
`encode_file`; Resemblyzer, where it is installed; `singer embed` in one
process, and with two workers. Counted are files a second, from the start of
Python to the table; processor time of a file; and the memory of all processes,
what they share divided among them. The loops embed 300 of the files at most:
what they take after their start is scaled up to all. Then `singer embed` with
two workers is killed after a third and after two thirds, and started again:
the table must be that of a run in one go, byte for byte.
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
VOICES = 40  # of which the files are shifted copies: quick to write
MOST = 300  # files that a loop embeds
LOOP = """
import sys, numpy
from pathlib import Path
from speechbrain_singer import SingerEncoder
encoder = SingerEncoder.from_hparams(sys.argv[2])
print("ready", flush=True)
paths = sorted(Path(sys.argv[1]).iterdir())[: int(sys.argv[4])]
numpy.save(sys.argv[3], [encoder.encode_file(path) for path in paths])
"""
RESEMBLYZER = """
import sys, numpy
from pathlib import Path
from resemblyzer import VoiceEncoder, preprocess_wav
encoder = VoiceEncoder("cpu", verbose=False)
print("ready", flush=True)
paths = sorted(Path(sys.argv[1]).iterdir())[: int(sys.argv[4])]
wavs = map(preprocess_wav, paths)
numpy.save(sys.argv[3], [encoder.embed_utterance(wav) for wav in wavs])
"""


def main(files=2000, encoder="synthetic"):
    """Prints a row of Markdown for each way, and what killing came to."""
    with tempfile.TemporaryDirectory() as folder:
        songs = Path(folder, "songs")
        write_songs(songs, files)
        some = min(files, MOST)
        print(
            f"{files} files of {SECONDS} s, {os.cpu_count()} cores; the loops "
            f"embed {some} of them, scaled up to {files}\n\n"
            "| way | files a second | times the loop | ms of a processor a "
            "file | MiB | processes |\n|---|---|---|---|---|---|"
        )
        given = songs, encoder
        first = print_loop(
            "a loop over `encode_file`", LOOP, (*given, some), files
        )
        print_loop("Resemblyzer", RESEMBLYZER, (*given, some), files, first)
        one_go, killed = Path(folder, "b.parquet"), Path(folder, "c.parquet")
        alone = embed(*given, Path(folder, "a.parquet"), 1)
        print_way("`singer embed`", alone, files, first)
        pair = embed(*given, one_go, 2)
        print_way("`singer embed --workers 2`", pair, files, first)
        kills = kill_twice(embed(*given, killed, 2), files)
        assert killed.read_bytes() == one_go.read_bytes()
        print(f"\n{kills}, and resumed: the same bytes as in one go")


def write_songs(folder, files):
    """Tones of random pitch, spectral tilt and vibrato, as FLAC."""
    folder.mkdir()
    voices = [voice(number) for number in range(min(files, VOICES))]
    for number in range(files):
        wave = np.roll(voices[number % VOICES], 7 * number)
        soundfile.write(folder / f"{number:06d}.flac", wave, RATE)


def voice(number):
    """[time]"""
    seconds = np.arange(SECONDS * RATE) / RATE
    vibrato = np.sin(2 * np.pi * 5.5 * seconds) / 10
    generator = np.random.default_rng(number)
    pitch, tilt = generator.uniform([100, 0.5], [500, 2])
    phase = 2 * np.pi * pitch * (seconds + vibrato / 500)
    wave = generator.normal(0, 0.003, len(seconds))
    for harmonic in range(1, 12):
        wave += 0.1 * harmonic**-tilt * np.sin(harmonic * phase)
    return wave


def embed(songs, encoder, target, workers):
    """The command `singer embed`."""
    options = {"--to": target, "--encoder": encoder, "--workers": workers}
    options["--part-rows"] = PART_ROWS
    program = [sys.executable, "-m", "speechbrain_singer.commands.app"]
    given = [str(text) for pair in options.items() for text in pair]
    return [*program, "embed", str(songs), *given]


def print_loop(name, code, given, files, first=None):
    """As `print_way`, of a script that says when it has loaded its encoder."""
    songs, encoder, some = given
    with tempfile.NamedTemporaryFile(suffix=".npy") as target:
        arguments = songs, encoder, target.name, some
        command = [sys.executable, "-c", code, *map(str, arguments)]
        return print_way(name, command, files, first, files / some)


def print_way(name, command, files, first=None, times=1):
    """Runs it; prints its figures, beside files a second of the first way.

    What it takes after the start, once it has written a line, is multiplied.
    """
    begin = time.perf_counter()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        watch = Watch(process.pid)
        process.stdout.readline()
        ready, begun = time.perf_counter(), watch.seconds()
        _, said = process.communicate()
    end = time.perf_counter()
    seconds, mib, number = watch.stop()
    if process.returncode:
        print(f"| {name} | failed: {said.decode().splitlines()[-1]} |||||")
        return first
    rate = files / (ready - begin + times * (end - ready))
    seconds = begun + times * (seconds - begun)
    print(
        f"| {name} | {rate:.1f} | {rate / (first or rate):.2f} | "
        f"{1000 * seconds / files:.1f} | {mib:.0f} | {number} |",
        flush=True,
    )
    return rate


def kill_twice(command, files):
    """Kills it after each third of its parts, and lets it end at last."""
    parts = Path(f"{command[command.index('--to') + 1]}.parts")
    stood = []
    for third in (1, 2):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        while count(parts) < third * files / PART_ROWS / 3:
            assert process.poll() is None, "it ended too soon"
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        stood.append(count(parts))
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, check=True, **pipes)
    return "killed after {} and {} parts".format(*stood)


def count(parts):
    """How many parts stand."""
    return len(list(parts.glob("part-*.parquet")))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:])
