"""Is the memory of `transcribe_file` flat, and how long does it take?

    python benchmarks/flat_transcription.py [minutes ...]

The small network transcribes files of noise that swells, of each length in a
process of its own. With the length of the file may grow 20 numbers of four
bytes a frame, which are 0.23 MiB a minute, and what is made of them at the end.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import resource
import subprocess
import sys
import tempfile
import time

from flat_memory import resident_mib, write_noise


def main(*minutes):
    """Prints a line for each length."""
    for length in minutes or (1.0, 10.0):
        with tempfile.TemporaryDirectory() as folder:
            write_noise(f"{folder}/long.wav", length / 60)
            command = [sys.executable, __file__, "measure", folder]
            done = subprocess.run(
                command, stdout=subprocess.PIPE, text=True, check=True
            )
            print(f"{length:g} minutes: {done.stdout.strip()}", flush=True)


def measure(folder):
    """Transcribes in this process and prints its memory."""
    import torch

    from speechbrain_singer.inference.export import export_encoder
    from speechbrain_singer.inference.transcriber import SingingTranscriber
    from speechbrain_singer.lobes.note_networks import note_network
    from speechbrain_singer.lobes.notes_head import NotesHead
    from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

    torch.set_num_threads(1)
    network = note_network("cnn")
    head = NotesHead(network.encoder.embedding_dim)
    source = export_encoder(
        *(f"{folder}/transcriber", WaveformEncoder(*network), 5.0), head=head
    )
    transcriber = SingingTranscriber.from_hparams(
        source, run_opts={"device": "cpu"}
    )
    before, start = resident_mib(), time.perf_counter()
    notes = transcriber.transcribe_file(f"{folder}/long.wav")
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{peak - before:.0f} MiB at the most over {before:.0f} MiB, "
        f"{seconds:.1f} s, {len(notes)} notes"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(*sys.argv[2:])
    else:
        main(*map(float, sys.argv[1:]))
