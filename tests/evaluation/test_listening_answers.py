"""Answers of listeners: what counts, and what is refused."""

import pytest

from speechbrain_singer.evaluation.listening_answers import (
    COLUMNS,
    read_answers,
)
from speechbrain_singer.evaluation.listening_key import key_of
from speechbrain_singer.evaluation.listening_test import Question

ROWS = [{"ID": str(n), "singer": ""} for n in range(4)]
KEY = key_of(
    [Question(0, 1, 2, "ours", "mfcc"), Question(3, 2, 1, "mfcc", "ours")], ROWS
)
ONE, TWO = KEY.questions


def line(question=ONE, choice="left", **other):
    values = {"test": KEY.test, "session": "s1", "participant": ""}
    values |= {"saved": "2026-01-01T00:00:00.000Z", "position": "1"}
    values |= {"turned": "no"}
    values |= {"confidence": "", "seconds": "9.5", "plays_query": "3"}
    values |= {"plays_left": "2", "plays_right": "1"}
    values |= {"question": question, "choice": choice, **other}
    return ",".join(values[column] for column in COLUMNS)


@pytest.fixture
def written(tmp_path):
    def write(name, *lines):
        path = tmp_path / name
        path.write_text("\n".join([",".join(COLUMNS), *lines, ""]))
        return path

    return write


def test_the_model_behind_each_side(written):
    lines = line(ONE, "left"), line(TWO, "left", confidence="certain")
    first = written("a.csv", *lines)
    second = written("b.csv", line(ONE, "no difference", session="s2"))
    answers, refused = read_answers([first, second], KEY)
    assert not refused
    assert [answer.model for answer in answers["s1"]] == ["ours", "mfcc"]
    assert [own.confidence for own in answers["s1"]] == ["", "certain"]
    assert [answer.model for answer in answers["s2"]] == [""]
    assert (answers["s1"][0].seconds, answers["s1"][0].plays) == (9.5, 6)


def test_to_some_listeners_the_page_is_turned(written):
    lines = line(ONE, "left", turned="yes"), line(TWO, "right", turned="yes")
    answers, _ = read_answers([written("a.csv", *lines)], KEY)
    assert [answer.model for answer in answers["s1"]] == ["mfcc", "mfcc"]
    assert [answer.choice for answer in answers["s1"]] == ["left", "right"]
    neither = line(choice="no difference", turned="yes")
    answers, _ = read_answers([written("b.csv", neither)], KEY)
    assert answers["s1"][0].model == ""


def test_of_a_listener_the_last_file_counts(written):
    early = written("z.csv", line(choice="left", saved="2026-01-01T00"))
    late = written("a.csv", line(choice="right", saved="2026-01-01T01"))
    for paths in ([early, late], [late, early]):
        answers, _ = read_answers(paths, KEY)
        assert [answer.choice for answer in answers["s1"]] == ["right"]


def test_listeners_are_named_by_their_codes(written):
    codes = {"s1": "P1", "s2": "P2", "s3": "P2", "s4": ""}
    paths = [
        written(f"{name}.csv", line(session=name, participant=code))
        for name, code in codes.items()
    ]
    answers, _ = read_answers(paths, KEY)
    assert list(answers) == ["P1", "P2 s2", "P2 s3", "s4"]


@pytest.mark.parametrize(
    ("lines", "match"),
    [
        ([], "no answer in it"),
        ([line(test="0000")], "line 2: an answer to the test '0000'"),
        ([line(), line("q")], "line 3: there is no question 'q'"),
        ([line(confidence="very")], "line 2: 'very' is no confidence: certain"),
        ([line(turned="")], "line 2: turned is ''"),
        ([line(choice="both")], "'both' is no answer: left, right or no diff"),
        ([line(), line()], f"line 3: question '{ONE}' is answered twice"),
        ([line(seconds="long")], "line 2: could not convert"),
        ([line(seconds="nan")], "line 2: seconds"),
        ([line(plays_left="")], "line 2: invalid literal"),
        (["a,b"], "line 2: 2 fields"),
    ],
)
def test_a_file_that_is_none_is_named_and_left_out(written, lines, match):
    good = written("good.csv", line(session="s9"))
    bad = written("bad.csv", *lines)
    answers, (reason,) = read_answers([good, bad], KEY)
    assert list(answers) == ["s9"]
    assert reason.startswith(str(bad)) and match in reason


def test_no_file_at_all(written, tmp_path):
    missing = tmp_path / "no.csv"
    with pytest.raises(ValueError, match=r"no file has answers.*no\.csv"):
        read_answers([missing], KEY)
    with pytest.raises(ValueError, match="none was given"):
        read_answers([], KEY)
