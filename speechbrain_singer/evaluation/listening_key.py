"""The key of a listening test: what its page does not tell the listeners."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from speechbrain_singer.dataio.csv_files import read_csv, write_csv

COLUMNS = (
    *("test", "question", "query", "left", "right"),
    *("left_model", "right_model"),
    *("query_singer", "left_singer", "right_singer"),
)


@dataclass(frozen=True)
class Key:
    """What the questions of a test are.

    Arguments
    ---------
    test : str
        The test's name, which its page and all answers have.
    questions : dict of str to dict
        By the name of each question, in the order of the test: `left_model`
        and `right_model`, the recordings, and their singers. For listeners to
        whom the page is turned, left stands right.
    """

    test: str
    questions: dict

    @property
    def models(self):
        """The names of both models, sorted."""
        sides = "left_model", "right_model"
        return sorted(
            {q[side] for q in self.questions.values() for side in sides}
        )

    def check_replaceable(self, path):
        """Refuses to write over the key of another test.

        Its page may have been handed out, and its answers would be lost.

        Arguments
        ---------
        path : str or Path

        Raises
        ------
        ValueError
            If the file is there, and not of this test.
        """
        if Path(path).exists() and read_key(path).test != self.test:
            raise ValueError(
                f"{path} is the key of another test, whose answers could not "
                "be read without it: name another output_folder"
            )

    def write(self, path):
        """Writes the key as CSV.

        Arguments
        ---------
        path : str or Path
        """
        lines = [
            {"test": self.test, "question": name, **question}
            for name, question in self.questions.items()
        ]
        write_csv(path, COLUMNS, lines)


def key_of(questions, rows):
    """The key of questions. Their names say nothing of what they are.

    Arguments
    ---------
    questions : list of Question
    rows : list of dict
        Which they number, of a manifest.

    Returns
    -------
    key : Key
        Another one if a recording, a side or a model is.

    Example
    -------
    >>> from speechbrain_singer.evaluation.listening_test import Question
    >>> rows = [{"ID": f"{name}.wav", "singer": name} for name in "abc"]
    >>> key = key_of([Question(2, 0, 1, "mfcc", "ours")], rows)
    >>> key.models, key.test, list(key.questions)
    (['mfcc', 'ours'], 'db24de008bfe', ['1a76b977'])
    """
    described = []
    for question in questions:
        known = {
            "left_model": question.left_model,
            "right_model": question.right_model,
        }
        for place in ("query", "left", "right"):
            row = rows[getattr(question, place)]
            known |= {place: row["ID"], f"{place}_singer": row["singer"]}
        described.append(known)
    test = _digest(described, 12)
    return Key(
        test, {_digest([test, n], 8): q for n, q in enumerate(described)}
    )


def _digest(value, length):
    text = json.dumps(value).encode()
    return hashlib.sha256(text).hexdigest()[:length]


def read_key(path):
    """Reads a key that was written.

    Arguments
    ---------
    path : str or Path

    Returns
    -------
    key : Key

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is damaged, empty, or no key of one test of two models; the
        message names file and line.
    """
    tests, questions = {}, {}
    for line, row in read_csv(path, COLUMNS):
        tests.setdefault(row.pop("test"), line)
        name = row.pop("question")
        if name in questions:
            raise ValueError(
                f"{path}, line {line}: question {name!r} stands there twice"
            )
        questions[name] = row
    if len(tests) != 1:
        raise ValueError(
            f"{path}: has questions of {len(tests)} tests, not of one: give "
            "the key.csv that stands beside the page"
        )
    key = Key(*tests, questions)
    if len(key.models) != 2:
        raise ValueError(
            f"{path}: has the models {', '.join(key.models)}, not two: give "
            "the key.csv that stands beside the page"
        )
    return key
