"""What a fuzz run finds, each kind of it once, with its smallest input."""

import shutil
import traceback
from pathlib import Path
from typing import NamedTuple

PACKAGE = "speechbrain_singer"


class Finding(Exception):  # noqa: N818, no error of the run
    """An input whose outcome is not right.

    Arguments
    ---------
    kind : str
        `bare error`, `unnamed`, `accepted`, `refused`, `wrong`, `foreign code`,
        `hang`, `crash` or `memory`.
    where : str
        What it happened to: findings of one kind and place count as one.
    message : str
    """

    def __init__(self, kind, where, message=""):
        super().__init__(f"{kind}: {where}: {message}")
        self.kind, self.where = kind, where
        self.message = " ".join(message.split())[:160]

    def __reduce__(self):
        return Finding, (self.kind, self.where, self.message)


class HangError(BaseException):
    """An input takes too long. No `except Exception` keeps it from ending."""


class Answer(NamedTuple):
    """What the package says to an input: a value, or a refusal."""

    value: object
    refusal: Exception = None

    @property
    def word(self):
        return "accepted" if self.refusal is None else "refused"


def ask(function, *arguments, names, kinds=(ValueError, OSError), **options):
    """Calls the package, and finds errors that a user should not meet.

    Arguments
    ---------
    function, *arguments, **options
        The call.
    names : sequence of str
        An error has to name one of these: the file, or the value.
    kinds : tuple of type
        What may be raised.

    Returns
    -------
    answer : Answer

    Raises
    ------
    Finding
        A `bare error` of another kind, or an `unnamed` one.
    """
    try:
        return Answer(function(*arguments, **options))
    except Finding:
        raise
    except kinds as error:
        if not any(name in str(error) for name in names):
            raise Finding("unnamed", place(error), say(error)) from error
        return Answer(None, error)
    except MemoryError as error:
        raise Finding("memory", place(error), say(error)) from error
    except Exception as error:
        raise Finding("bare error", place(error), say(error)) from error


def place(error):
    """The error's type, and the package's line that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if f"/{PACKAGE}/" in f.filename] or frames[-1:]
    if not own:
        return type(error).__name__
    path = own[-1].filename.rpartition(f"/{PACKAGE}/")[2]
    return f"{type(error).__name__} {path}:{own[-1].lineno}"


def say(error):
    """The start of an error's message, on one line."""
    return ascii(" ".join(str(error).split()))[1:-1][:160]


class Collection:
    """Findings of a run, each kind once.

    Arguments
    ---------
    folder : Path
        Where their smallest inputs are kept.
    """

    def __init__(self, folder):
        self.folder = folder
        self.found = {}

    def add(self, target, number, finding, inputs):
        """Counts a finding, and keeps its input if it is the smallest."""
        size = sum(p.stat().st_size for p in inputs.rglob("*") if p.is_file())
        key = target, finding.kind, finding.where
        known = self.found.get(key)
        times = 1 + (known["times"] if known else 0)
        if known and known["size"] <= size:
            known["times"] = times
            return
        name = known["folder"] if known else self._new_folder(target)
        kept = self.folder / name
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(inputs, kept, symlinks=True)
        self.found[key] = {
            "times": times,
            "size": size,
            "number": number,
            "message": finding.message,
            "folder": name,
        }

    def _new_folder(self, target):
        return str(Path(target, f"{len(self.found):03d}"))

    def print(self):
        """A line for each kind of finding."""
        for (target, kind, where), facts in sorted(self.found.items()):
            print(
                f"{target} no. {facts['number']}: {kind}: {where} "
                f"({facts['times']} times, {facts['size']} bytes in "
                f"{facts['folder']}/)\n    {facts['message']}"
            )
