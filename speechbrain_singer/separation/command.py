"""Separates files by a program of the user's, such as demucs or open-unmix."""

import shlex
import shutil
import subprocess
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import torch.nn.functional as F

from speechbrain_singer.dataio.audio import AudioError, open_audio
from speechbrain_singer.dataio.streams import name_of
from speechbrain_singer.separation.overlap import split_segments
from speechbrain_singer.separation.stereo import stereo_blocks

PLACES = ("{input}", "{folder}")
_BLOCK = 2**18  # samples
_APART = 0.5  # seconds by which what is written may be shorter or longer
_SHOWN = 5  # files in a message


class Command:
    """Runs a command for each file, and reads what it has written.

    Arguments
    ---------
    command : str
        With `{input}` for the mixture, and `{folder}` for a folder of this
        file's own, empty, that is removed afterwards. No shell reads it.
    vocals : str
        Where the vocals are in that folder then: a pattern that fits one file,
        such as `**/vocals.wav`.
    accompaniment : str, optional
        A pattern of the accompaniment; if it fits several files, their sum is
        taken. What the vocals leave of the mixture if left out.
    sample_rate : int
        Hz, of what comes out.

    Raises
    ------
    ValueError
        If the command lacks one of both places, or has a quote without end.

    Example
    -------
    >>> import soundfile
    >>> folder = getfixture("tmp_path")
    >>> soundfile.write(folder / "a.wav", [0.5, -0.5], 44100)
    >>> command = Command("cp {input} {folder}/vocals.wav", "vocals.wav")
    >>> pair, = command.separate_file(folder / "a.wav")
    >>> pair[:, 0].tolist()
    [[0.5, -0.5], [0.0, 0.0]]
    """

    def __init__(self, command, vocals, accompaniment=None, sample_rate=44100):
        for place in PLACES:
            if place not in command:
                raise ValueError(
                    f"command: {command!r} has no {place}: the mixture is "
                    "{input}, and the stems are written into {folder}"
                )
        self.words = shlex.split(command)
        self.vocals = vocals
        self.accompaniment = accompaniment
        self.sample_rate = sample_rate

    def fetch(self):
        """Looks whether the program is there.

        Raises
        ------
        FileNotFoundError
            If it is not.
        """
        if not shutil.which(self.words[0]):
            raise FileNotFoundError(
                f"command: no program {self.words[0]!r} here: install it, or "
                "give its path"
            )

    def separate_file(self, path):
        """Separates a file, as `BySegments.separate_file` does.

        Raises
        ------
        AudioError
            If the command fails, which is told with its last line, or its
            files are not there, or not as long as the mixture.
        """
        with TemporaryDirectory() as folder:
            self._run(path, folder)
            vocals, others = self._written(path, folder)
            streams = [
                _even(stereo_blocks(file, self.sample_rate))
                for file in (vocals, *(others or [path]))
            ]
            for voice, *rest in zip_longest(*streams):
                if voice is None:
                    break
                rest = sum(_fit(block, voice) for block in rest)
                yield torch.stack([voice, rest if others else rest - voice])

    def _run(self, path, folder):
        values = {"{input}": str(path), "{folder}": str(folder)}
        words = self.words
        for place, value in values.items():
            words = [word.replace(place, value) for word in words]
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if done.returncode:
            said = done.stderr.decode(errors="backslashreplace").strip()
            raise AudioError(
                f"{name_of(path)}: {words[0]} ended with {done.returncode}: "
                f"{(said or 'it says nothing').splitlines()[-1]}"
            )

    def _written(self, path, folder):
        """The file of the vocals, and those of the accompaniment."""
        vocals = self._find(path, folder, self.vocals)
        if len(vocals) > 1:
            raise AudioError(
                f"{name_of(path)}: {self.vocals} fits {len(vocals)} files of "
                f"what {self.words[0]} wrote: {_listed(vocals, folder)}"
            )
        others = []
        if self.accompaniment is not None:
            others = self._find(path, folder, self.accompaniment)
        expected = _seconds(path)
        for file in (*vocals, *others):
            if abs(_seconds(file) - expected) > _APART:
                raise AudioError(
                    f"{name_of(path)}: of {expected:.1f} s, but {file.name} "
                    f"of {self.words[0]} has {_seconds(file):.1f} s"
                )
        return vocals[0], others

    def _find(self, path, folder, pattern):
        found = sorted(Path(folder).glob(pattern))
        if not found:
            there = [p for p in Path(folder).rglob("*") if p.is_file()]
            raise AudioError(
                f"{name_of(path)}: {self.words[0]} wrote no {pattern}, but "
                f"{_listed(sorted(there), folder) or 'nothing'}"
            )
        return found


def _listed(paths, folder):
    names = [path.relative_to(folder).as_posix() for path in paths[:_SHOWN]]
    more = ["..."] if len(paths) > _SHOWN else []
    return ", ".join(names + more)


def _seconds(path):
    with open_audio(path) as file:
        return file.frames / file.samplerate


def _even(blocks):
    """The same audio in blocks of one length."""
    for segment, used in split_segments(blocks, _BLOCK, fade=0):
        yield segment[..., -used:]


def _fit(block, like):
    """A block as long as another one; None is one of silence."""
    if block is None:
        return torch.zeros_like(like)
    return F.pad(block, (0, like.shape[-1] - block.shape[-1]))
