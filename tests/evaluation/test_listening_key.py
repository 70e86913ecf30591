"""The key of a listening test on disk."""

from dataclasses import replace

import pytest

from speechbrain_singer.evaluation.listening_key import key_of, read_key
from speechbrain_singer.evaluation.listening_test import Question

ROWS = [{"ID": f'{n},"\n.wav', "singer": f"s{n}"} for n in range(4)]
QUESTIONS = [
    Question(0, 1, 2, "ours", "mfcc"),
    Question(3, 2, 1, "mfcc", "ours"),
]


def test_comes_back_as_it_was(tmp_path):
    key = key_of(QUESTIONS, ROWS)
    key.write(tmp_path / "key.csv")
    again = read_key(tmp_path / "key.csv")
    assert again == key
    assert list(again.questions) == list(key.questions)
    first, second = again.questions.values()
    assert (first["left_model"], first["query"]) == ("ours", '0,"\n.wav')
    assert second["left_singer"] == "s2"
    assert again.models == ["mfcc", "ours"]


def test_names_tell_nothing_and_depend_on_all():
    key = key_of(QUESTIONS, ROWS)
    turned = replace(QUESTIONS[0], left_model="mfcc", right_model="ours")
    others = [key_of([turned, QUESTIONS[1]], ROWS), key_of(QUESTIONS[:1], ROWS)]
    for other in others:
        assert other.test != key.test
        assert not set(other.questions) & set(key.questions)
    assert all(len(name) == 8 for name in key.questions)


def test_the_key_of_another_test_stays(tmp_path):
    path = tmp_path / "key.csv"
    key = key_of(QUESTIONS, ROWS)
    key.check_replaceable(path)  # there is none
    key.write(path)
    key.check_replaceable(path)
    with pytest.raises(ValueError, match=r"key\.csv is the key of another"):
        key_of(QUESTIONS[:1], ROWS).check_replaceable(path)


def test_what_is_no_key_is_named(tmp_path):
    path = tmp_path / "key.csv"
    key_of(QUESTIONS, ROWS).write(path)
    head, *_ = path.read_text().split("\n", 1)
    lines = {
        "of 0 tests": "",
        "question 'q' stands there twice": "t,q,a,b,c,x,y,,,\n" * 2,
        "of 2 tests": "t,q,a,b,c,x,y,,,\nu,r,a,b,c,x,y,,,\n",
        "models x, not two": "t,q,a,b,c,x,x,,,\n",
    }
    for match, text in lines.items():
        path.write_text(f"{head}\n{text}")
        with pytest.raises(ValueError, match=rf"key\.csv.*{match}"):
            read_key(path)
