"""What listeners preferred: figures, a table, and who answered how."""

from collections import Counter
from statistics import fmean, median

import numpy as np

from speechbrain_singer.evaluation.listening_answers import (
    CONFIDENCES,
    NEITHER,
    SIDES,
)
from speechbrain_singer.metrics.preferences import (
    crossed_preference,
    majorities,
    preference,
)
from speechbrain_singer.reports.tables import (
    markdown,
    shown,
    write_csv,
    write_tables,
)


def preference_figures(answers, key):
    """The figures of a listening test.

    Answers of one listener, or to one question, are not independent: what is
    said of all answers allows for that. Beside it listeners and questions
    have one vote each, their majority's. The test over listeners speaks of
    these questions only, and that over questions of these listeners.

    Arguments
    ---------
    answers : dict of str to list of Answer
        By listener.
    key : Key

    Returns
    -------
    figures : dict
        `models`, the names in the order of the figures; and for `answers`,
        `listeners` and `questions`: `preferred`, how many prefer the first
        and the second, `neither`, and what `crossed_preference` returns, or
        `preference` of majorities. `sides` is the same as `answers` for left
        and right, where the models are not looked at; and `confidences` has
        it of the answers that were given with each confidence.

    Example
    -------
    >>> from speechbrain_singer.evaluation.listening_answers import Answer
    >>> from speechbrain_singer.evaluation.listening_key import Key
    >>> key = Key("t", {"q": {"left_model": "mfcc", "right_model": "ours"}})
    >>> answer = Answer("s", "", "", "q", "right", "ours", 9.0, 3)
    >>> figures = preference_figures({"s": [answer]}, key)
    >>> figures["models"], figures["answers"]["preferred"]
    (['mfcc', 'ours'], [0, 1])
    """
    models = key.models
    every = [answer for own in answers.values() for answer in own]
    by_question = {}
    for answer in every:
        by_question.setdefault(answer.question, []).append(answer)
    listeners, questions = (
        majorities(_votes(own, models)[:2] for own in groups.values())
        for groups in (answers, by_question)
    )
    return {
        "models": models,
        "answers": _crossed(answers, key, "model", models),
        "listeners": _figures(*listeners),
        "questions": _figures(*questions),
        "sides": _crossed(answers, key, "choice", SIDES),
        "confidences": {
            name: _crossed(own, key, "model", models)
            for name, own in _by_confidence(answers).items()
        },
    }


def _by_confidence(answers):
    """Answers by listener, for each confidence that somebody has."""
    parted = {
        name: {
            listener: [answer for answer in own if answer.confidence == name]
            for listener, own in answers.items()
        }
        for name in CONFIDENCES
    }
    return {name: own for name, own in parted.items() if any(own.values())}


def _crossed(answers, key, field, values):
    """Figures of answers: how often a field has each of two values."""
    numbers = {name: number for number, name in enumerate(key.questions)}
    chosen = np.zeros((2, len(answers), len(numbers)), int)
    for listener, own in enumerate(answers.values()):
        for answer in own:
            matches = [getattr(answer, field) == value for value in values]
            chosen[:, listener, numbers[answer.question]] = matches
    preferred = chosen.sum((1, 2)).tolist()
    neither = sum(map(len, answers.values())) - sum(preferred)
    return {"preferred": preferred, "neither": neither} | crossed_preference(
        *chosen
    )


def _votes(answers, models):
    """How many are for the first model, the second, and neither."""
    chosen = [answer.model for answer in answers]
    return *(chosen.count(model) for model in models), chosen.count("")


def _figures(first, second, neither):
    counts = {"preferred": [first, second], "neither": neither}
    return counts | preference(first, second)


def preference_table(figures):
    """The table of `preference_figures`, the heads of its columns first."""
    first, second = figures["models"]
    table = [["", first, second, NEITHER, f"{first} in % (95 %)", "p"]]
    rows = {"answers": figures["answers"]}
    rows |= {
        f"answers: {name}": own for name, own in figures["confidences"].items()
    }
    rows |= {
        "listeners' majorities, in these questions": figures["listeners"],
        "questions' majorities, of these listeners": figures["questions"],
    }
    for text, own in rows.items():
        counts = [*own["preferred"], own["neither"]]
        table.append([text, *map(str, counts), _share(own), _p(own)])
    return table


def _share(own):
    if own["share"] is None:
        return "-"
    low, high = own["interval"]
    return f"{own['share']:.1f} ({low:.1f} to {high:.1f})"


def _p(own):
    return "-" if own["p"] is None else f"{own['p']:.2g}"


def write_preferences(results, answers, key, refused):
    """Writes figures, table, `listeners.csv` and `questions.csv`.

    Arguments
    ---------
    results : Results
    answers : dict of str to list of Answer
        By listener.
    key : Key
    refused : list of str
        Of the files that are left out; they are noted below the table.

    Returns
    -------
    text : str
        Table and notes, in Markdown.
    """
    figures = preference_figures(answers, key)
    sides = figures["sides"]
    left, right = sides["preferred"]
    notes = [
        f"Listeners: {len(answers)}. Questions: {len(key.questions)}. Answers "
        f"that prefer one: {shown(sum(figures['answers']['preferred']))}, "
        "worth as much as "
        f"{figures['answers']['independent']:.1f} independent ones. Left "
        f"chosen: {shown(left)} times, right: {shown(right)} times (p = "
        f"{_p(sides)}).",
        *_shared_codes(answers),
        *(f"Left out: {reason}" for reason in refused),
    ]
    table = preference_table(figures)
    results.save(figures | {"refused": refused})
    write_tables(results.folder, table, notes)
    lines = _listener_lines(answers, key.models)
    write_csv(results.folder / "listeners.csv", lines)
    lines = _question_lines(answers, key)
    write_csv(results.folder / "questions.csv", lines)
    return "\n\n".join([markdown(table), *notes])


def _shared_codes(answers):
    """Of one listener who began twice, or of two who have one code?"""
    codes = Counter(own[0].participant for own in answers.values())
    for code, count in codes.items():
        if code and count > 1:
            yield f"The code {code} came {count} times, as of {count} listeners"


def _listener_lines(answers, models):
    yield (
        *("listener", "answers", *models, NEITHER, *SIDES),
        *("median seconds", "plays a question"),
    )
    for name, own in answers.items():
        sides = [sum(a.choice == side for a in own) for side in SIDES]
        seconds = median(answer.seconds for answer in own)
        plays = fmean(answer.plays for answer in own)
        votes = _votes(own, models)
        yield name, len(own), *votes, *sides, f"{seconds:.1f}", f"{plays:.1f}"


def _question_lines(answers, key):
    recordings = "query", "left", "right", "left_model", "right_model"
    yield "question", *recordings, *key.models, NEITHER
    every = [answer for own in answers.values() for answer in own]
    for name, question in key.questions.items():
        own = [answer for answer in every if answer.question == name]
        votes = _votes(own, key.models)
        yield name, *(question[column] for column in recordings), *votes
