"""Makes docs/commands.md: python docs/commands.py

Each command line of the page is run as a new user runs it, in a folder of
synthesised voices, and what it prints stands below it. A further command is a
further `Shown` in `PAGE`.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from speechbrain_singer.commands.options import ANSWERS, CATALOGUES, ENCODERS
from speechbrain_singer.corpora.synthetic import list_recordings
from speechbrain_singer.dataio.files import atomic_open

DOCS = Path(__file__).parent
NAMES = ("ann", "bob", "cleo", "dan")
SONGS = 15  # of each; the last three are for the system
SHOWN = 20  # lines of long answers
ENCODER = "singer-encoder-synthetic"
HOME = "/home/you"  # in place of the folder of the voices

HEAD = """\
# The command line

`singer` comes with the package. Below, each command is run in a folder of
synthesised voices, which belong to nobody: `voices/ann/ann-1.wav` to
`voices/dan/dan-12.wav`; `system/`, four outputs of a system that is to sing
like ann, the last of which sings like cleo; and `duet.wav`, in which ann and
bob take turns. What it printed stands below it, long answers in part.
`python docs/commands.py` makes this page.

- Answers go to stdout; progress, warnings and errors to stderr. `train` and
  `evaluate` answer with files, and their stdout is the log of the recipe's
  script.
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
            "results/choir/by_recording/fold_0/encoder --top 2",
            "Which of the singers that an encoder was trained on? It was "
            "trained by `singer train` below, on some seven recordings of "
            "each.",
        ),
        Shown(
            "singer segments duet.wav --singers 2 --rttm duet.rttm",
            "Who sings when, where singers take turns? The singers have no "
            "names, only numbers; where it is not known how many there are, "
            "leave `--singers` out. "
            "[How well it does](../recipes/segments/README.md).",
        ),
        Shown(
            "singer demo --help",
            "A page in the browser, with files or the microphone. "
            "[What it looks like](demo.md).",
        ),
    ],
    CATALOGUES: [
        Shown(
            "singer embed voices.csv broken.wav --to voices.parquet",
            "Embeds files, folders, patterns, or a table of files, whose "
            "further columns (here `singer`) stay with them. A file that "
            "cannot be read costs itself only. "
            "[Catalogues](catalogue.md).",
        ),
        Shown(
            "singer embed voices.csv system --to voices.parquet",
            "Started again, whatever ended it, it goes on; what has an "
            "embedding already is not embedded anew:",
        ),
        Shown(
            "singer index voices.parquet --to index",
            "Makes an index of them; large ones are compressed. "
            "[Search](search.md).",
        ),
        Shown(
            "singer search index duet.wav -k 3",
            "Whose recordings are most like this one?",
        ),
        Shown(
            "singer search index --singer ann -k 4",
            "And which recordings of others are most like ann's?",
        ),
    ],
    ENCODERS: [
        Shown(
            "singer train",
            "Which trainings are there? The first of them:",
        ),
        Shown(
            "singer train front_end_singer --corpus "
            "folder --data_folder voices --fold 0 --output_folder "
            "results/choir",
            "Trains one, here on the layers of GE2E (the extra `ge2e`), which "
            "needs few recordings. All that follows the name are keys of its "
            "YAML and SpeechBrain's options. It is the recipe's script that "
            "runs, and its log that is shown.",
        ),
        Shown(
            "singer evaluate verification --corpus folder --data_folder "
            "voices --encoder synthetic",
            "Measures one; the report goes to "
            "results/verification/folder/synthetic.",
        ),
        Shown(
            "singer export encoder.onnx",
            "One file for other runtimes. [What is in it](export.md).",
        ),
        Shown(
            "singer push mine someone/choir --dry-run",
            "What would be uploaded to the Hugging Face hub, and with which "
            "card? `mine` is a copy of the encoder in the box. "
            "[Publishing](publish.md).",
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
_FIRST = "singer train front_end_singer"


def main():
    """Runs all, writes the page."""
    with tempfile.TemporaryDirectory() as folder:
        make_voices(Path(folder))
        copy_encoder(Path(folder, "mine"), "someone/choir")
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
    turns = [paths[name][at] for at in (1, 2) for name in ("ann", "bob")]
    waves, rates = zip(*map(soundfile.read, turns), strict=True)
    soundfile.write(folder / "duet.wav", np.concatenate(waves), rates[0])
    (folder / "broken.wav").touch()
    lines = [
        f"{path.relative_to(folder)},{path.parent.name}\n"
        for path in sorted(folder.glob("voices/*/*.wav"))
    ]
    (folder / "voices.csv").write_text("".join(["wav,singer\n", *lines]))


def copy_encoder(target, repository):
    """Copies the encoder in the box, with its card for a repository."""
    shutil.copytree(DOCS.parent / "pretrained" / ENCODER, target)
    card = (target / "README.md").read_text("utf-8")
    card = card.replace('"synthetic"', f'"{repository}"')
    (target / "README.md").write_text(card, "utf-8")


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
    lines = done.stdout.replace(folder, HOME).splitlines()
    if done.returncode == 2:
        lines += done.stderr.splitlines()[-1:]
    if len(lines) > SHOWN and "--help" not in command:
        lines[SHOWN:] = ["..."]
    if done.returncode:
        lines.append(f"(exit code {done.returncode})")
    return "".join(f"{line.rstrip()}\n" for line in lines)


if __name__ == "__main__":
    main()
