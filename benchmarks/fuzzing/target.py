"""What all targets of a fuzz run have in common."""

from typing import NamedTuple

from fuzzing.findings import Finding


class Case(NamedTuple):
    """An input.

    Arguments
    ---------
    what : str
        How it came to be.
    files : dict of str to bytes
        What is written into the folder of inputs before it is tried; None for
        a folder.
    right : bool or None
        Whether it has to be accepted; None where nobody can tell.
    truth : object
        What it has to give where it is accepted, None for not known; or
        whatever else the target wants to know.
    """

    what: str
    files: dict
    right: bool = None
    truth: object = None


class Target:
    """Draws inputs of one kind and tries them.

    Arguments
    ---------
    folder : Path
        To work in.
    inputs : Path
        Where the files of a case are.
    """

    name = ""
    share = 1  # of all inputs

    def __init__(self, folder, inputs):
        self.folder, self.inputs = folder, inputs
        self.prepare()

    def prepare(self):
        """What all inputs are made from."""

    def draw(self, rng):
        """A Case, from `random.Random`."""
        raise NotImplementedError

    def attempt(self, case):
        """`accepted` or `refused`; what is not right is a Finding."""
        raise NotImplementedError


def judge(case, answer):
    """Finds what is taken though it is broken, or refused though it is not."""
    if case.right is False and answer.refusal is None:
        raise Finding("accepted", case.what, repr(answer.value)[:160])
    if case.right and answer.refusal is not None:
        raise Finding("refused", case.what, repr(answer.refusal)[:160])
    return answer.word
