"""Answers to a listening test: files of listeners, read with the key."""

from dataclasses import dataclass

from speechbrain_singer.checks import check_number
from speechbrain_singer.dataio.csv_files import read_csv

COLUMNS = (
    *("test", "session", "participant", "saved", "question", "position"),
    *("turned", "choice", "confidence", "seconds"),
    *("plays_query", "plays_left", "plays_right"),
)
SIDES = "left", "right"
NEITHER = "no difference"
CONFIDENCES = "certain", "fairly sure", "guessing"


@dataclass(frozen=True)
class Answer:
    """What a listener answered to a question.

    Arguments
    ---------
    session : str
        Of whom: a name that the page drew.
    participant : str
        The listener's code, or nothing.
    saved : str
        When the file was saved, as the page writes times.
    question : str
    choice : str
        `left`, `right` or `no difference`, as it stood before the listener.
    model : str
        Whose recommendation was chosen; nothing if neither was.
    seconds : float
        For how long the question was looked at.
    plays : int
        How often a clip of it was played.
    confidence : str
        One of `CONFIDENCES`, or nothing, as the listener liked.
    """

    session: str
    participant: str
    saved: str
    question: str
    choice: str
    model: str
    seconds: float
    plays: int
    confidence: str = ""


def read_answers(paths, key):
    """Reads files of answers; one that is none is left out as a whole.

    A listener may have saved several files. That which was saved last counts.

    Arguments
    ---------
    paths : iterable of (str or Path)
    key : Key

    Returns
    -------
    answers : dict of str to list of Answer
        By listener: the participant's code, with the session if several have
        it or nobody has.
    refused : list of str
        Of each file that is left out its path, and why.

    Raises
    ------
    ValueError
        If no file has answers to this test.
    """
    sessions, refused = {}, []
    for path in paths:
        try:
            own = _read(path, key)
        except (OSError, ValueError) as error:
            text = str(error)
            refused.append(text if str(path) in text else f"{path}: {text}")
            continue
        for session, answers in own.items():
            former = sessions.get(session)
            if former is None or former[0].saved <= answers[0].saved:
                sessions[session] = answers
    if not sessions:
        raise ValueError(
            "no file has answers to this test: "
            + ("; ".join(refused) or "none was given")
        )
    return _by_listener(sessions), refused


def _by_listener(sessions):
    codes = [answers[0].participant for answers in sessions.values()]
    named = {}
    for session, answers in sessions.items():
        code = answers[0].participant
        is_own = code and codes.count(code) == 1
        named[code if is_own else f"{code} {session}".strip()] = answers
    return named


def _read(path, key):
    """The answers in a file, by session."""
    sessions = {}
    for line, row in read_csv(path, COLUMNS):
        where = f"{path}, line {line}"
        answer = _answer(row, key, where)
        own = sessions.setdefault(answer.session, {})
        if answer.question in own:
            raise ValueError(
                f"{where}: question {answer.question!r} is answered twice"
            )
        own[answer.question] = answer
    if not sessions:
        raise ValueError(f"{path}: no answer in it")
    return {name: list(own.values()) for name, own in sessions.items()}


def _answer(row, key, where):
    if row["test"] != key.test:
        raise ValueError(
            f"{where}: an answer to the test {row['test']!r}, but the key is "
            f"that of {key.test!r}"
        )
    question, choice = row["question"], row["choice"]
    if question not in key.questions:
        raise ValueError(f"{where}: there is no question {question!r}")
    if choice not in (*SIDES, NEITHER):
        raise ValueError(
            f"{where}: {choice!r} is no answer: left, right or {NEITHER}"
        )
    if row["confidence"] not in (*CONFIDENCES, ""):
        raise ValueError(
            f"{where}: {row['confidence']!r} is no confidence: "
            f"{', '.join(CONFIDENCES)}, or nothing"
        )
    if row["turned"] not in ("yes", "no"):
        raise ValueError(f"{where}: turned is {row['turned']!r}: no, or yes")
    try:
        seconds = float(row["seconds"])
        plays = sum(int(row[f"plays_{p}"]) for p in ("query", *SIDES))
        check_number("seconds", seconds, least=0)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    return Answer(
        row["session"],
        row["participant"],
        row["saved"],
        question,
        choice,
        _model(key.questions[question], choice, row["turned"] == "yes"),
        seconds,
        plays,
        row["confidence"],
    )


def _model(question, choice, turned):
    if choice == NEITHER:
        return ""
    side = SIDES[SIDES.index(choice) - turned]  # the other one, if turned
    return question[f"{side}_model"]
