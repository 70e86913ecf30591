#!/usr/bin/env python3
"""Writes the notes that are sung in files as CSV and MIDI files.

> python recipes/transcription/transcribe.py \
      results/note_cnn/1234/transcriber song.wav album/*.flac \
      --output_folder notes
"""

import argparse
import os
import sys
from pathlib import Path

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from speechbrain_singer.inference.collecting import notes_or_none
from speechbrain_singer.inference.transcriber import SingingTranscriber
from speechbrain_singer.reports.transcription import write_note_files


def main(arguments):
    """Transcribes as a command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("transcriber", help="folder or hub repository")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--output_folder", default="notes")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--noprogressbar", action="store_true")
    options = parser.parse_args(arguments)

    # song.wav becomes song.csv and song.mid
    names = [path.stem for path in options.files]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"{len(twice)} names stand there twice, such as {twice[0]}: their "
            "notes would go into one file; transcribe them one after the other"
        )
    transcriber = SingingTranscriber.from_hparams(
        options.transcriber, run_opts={"device": options.device}
    )
    rows = [{"wav": path} for path in options.files]
    found = notes_or_none(
        transcriber.transcribe_rows(rows),
        *(len(rows), not options.noprogressbar),
    )
    # Each file is written once it is done, so that a kill costs little
    pairs = zip(names, found, strict=True)
    notes = ((name, own) for name, own in pairs if own is not None)
    count = write_note_files(options.output_folder, notes)
    print(f"notes of {count} files are in {options.output_folder}")


if __name__ == "__main__":
    main(sys.argv[1:])
