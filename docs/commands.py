"""Makes docs/commands.md: python docs/commands.py

Each command line of the page is run as a new user runs it, in a folder of
synthesised voices, and what it prints stands below it. A further command is a
further `Shown` in `PAGE`.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from speechbrain_singer.commands.options import ANSWERS, ENCODERS
from speechbrain_singer.corpora.synthetic import list_recordings
from speechbrain_singer.dataio.files import atomic_open

DOCS = Path(__file__).parent
NAMES = ("ann", "bob", "cleo", "dan")
SONGS = 8  # of each; the last three are for the system
SHOWN = 20  # lines of long answers

HEAD = """\
# The command line

`singer` comes with the package. Below, each command is run in a folder of
synthesised voices, which belong to nobody: `voices/ann/ann-1.wav` to
`voices/dan/dan-5.wav`, and `system/`, four outputs of a system that is to sing
like ann. What it printed stands below it.
`python docs/commands.py` makes this page.

- Answers go to stdout; progress, warnings and errors to stderr.
- `--json` prints an answer for programs; NaN becomes null.
- Exit codes: 0 done, or yes; 1 no; 2 refused, and a line says why; 3 done,
  but some files, which are named, could not be used; 130 stopped by Ctrl-C.
- Files are named one by one, by their folder, or by a pattern in quotes, as
  `'takes/**/*.wav'`.
- `--encoder` takes a bundled name, a folder that training wrote, a repository
  on the Hugging Face hub, or a baseline (`ge2e`, `mfcc`, ...); `--device cuda`
  computes on a GPU.
"""


class Shown(NamedTuple):
    """A command line of the page.

    Arguments
    ---------
    command : str
        As it is typed, in one line.
    sentence : str
        What it is for.
    """

    command: str
    sentence: str


PAGE = {
    "Help": [
        Shown("singer --help", "All commands:"),
    ],
    ANSWERS: [
        Shown(
            "singer verify voices/ann/ann-1.wav voices/ann/ann-2.wav",
            "Do two recordings have the same singer? The exit code says it, "
            "too. [What the numbers mean](what_a_score_means.md).",
        ),
        Shown(
            "singer verify voices/ann/ann-1.wav voices/bob/bob-1.wav --json",
            "Another singer, for a program:",
        ),
        Shown(
            "singer verify voices/ann/ann-1.wav voices/ann/ann-2.wav "
            "--prior 0.01",
            "Where only one pair in a hundred has one singer, as when a "
            "catalogue is searched, more is asked of a score:",
        ),
        Shown(
            "singer compare voices/ann system --others voices/cleo",
            "Does a system sing like ann? Beside its outputs stands what real "
            "recordings of ann give among themselves, and what another singer "
            "gives:",
        ),
        Shown(
            "singer classify 'system/*.wav' --encoder "
            "results/singer_cnn/1234/by_recording/fold_0/encoder --top 2",
            "Which of the singers that an encoder was trained on? It was "
            "trained by the command below, on three recordings of each, which "
            "is far too few: the names are guesses, and the probabilities say "
            "so.",
        ),
    ],
    ENCODERS: [
        Shown(
            "singer train",
            "Which trainings are there? The first of them:",
        ),
        Shown(
            "singer train singer_cnn --corpus folder --data_folder voices "
            "--window_frames 128 --folds 5 --fold 0 --epochs 12",
            "Trains one; all that follows the name are keys of its YAML and "
            "SpeechBrain's options. It is the recipe's script that runs, and "
            "its log that is shown; all results are in results/singer_cnn.",
        ),
        Shown(
            "singer evaluate verification --corpus folder --data_folder "
            "voices --encoder synthetic",
            "Measures one; the report goes to "
            "results/verification/folder/synthetic.",
        ),
    ],
    "What is refused": [
        Shown(
            "singer verify voices/ann/ann-1.wav voices/eve/eve-1.wav",
            "An error is one line:",
        ),
        Shown(
            "singer train singer_cmn",
            "And says what to do:",
        ),
    ],
}
# The training goes before what needs it
_FIRST = "singer train singer_cnn"


def main():
    """Runs all, writes the page."""
    with tempfile.TemporaryDirectory() as folder:
        make_voices(Path(folder))
        lines = [own for section in PAGE.values() for own in section]
        lines.sort(key=lambda own: not own.command.startswith(_FIRST))
        said = {own.command: run(own.command, folder) for own in lines}
    text = [HEAD]
    for heading, section in PAGE.items():
        text.append(f"## {heading}\n")
        for own in section:
            block = f"```\n$ {own.command}\n{said[own.command]}```\n"
            text.append(f"{own.sentence}\n\n{block}")
    with atomic_open(DOCS / "commands.md") as file:
        file.write("\n".join(text))


def make_voices(folder):
    """Synthesises the voices, and the outputs of a system."""
    rows = list_recordings(
        folder / "made", singers=len(NAMES), songs_per_singer=SONGS, seconds=6.0
    )
    names = dict(zip(sorted({r["singer"] for r in rows}), NAMES, strict=True))
    paths = {}
    for row in rows:
        paths.setdefault(names[row["singer"]], []).append(row["path"])
    for name, own in paths.items():
        (folder / "voices" / name).mkdir(parents=True)
        for number, path in enumerate(own[:-3], start=1):
            target = folder / "voices" / name / f"{name}-{number}.wav"
            shutil.copyfile(path, target)
    # The last of them went wrong: it is cleo
    (folder / "system").mkdir()
    outputs = [*paths["ann"][-3:], paths["cleo"][-1]]
    for number, path in enumerate(outputs, start=1):
        shutil.copyfile(path, folder / "system" / f"out-{number}.wav")


def run(command, folder):
    """What a command prints, and its exit code unless that is 0."""
    module = ["-m", "speechbrain_singer.commands.app"]
    paths = [str(DOCS.parent), os.environ.get("PYTHONPATH", "")]
    shown = {"COLUMNS": "80", "TERM": "dumb", "PYTHONPATH": ":".join(paths)}
    done = subprocess.run(
        [sys.executable, *module, *shlex.split(command)[1:]],
        **{"cwd": folder, "env": os.environ | shown},
        **{"capture_output": True, "text": True},
    )
    print(f"{command}: {done.returncode}\n{done.stderr}", file=sys.stderr)
    lines = done.stdout.splitlines()
    if done.returncode == 2:
        lines += done.stderr.splitlines()[-1:]
    if len(lines) > SHOWN and command != "singer --help":
        lines[SHOWN:] = ["..."]
    if done.returncode:
        lines.append(f"(exit code {done.returncode})")
    return "".join(f"{line.rstrip()}\n" for line in lines)


if __name__ == "__main__":
    main()
