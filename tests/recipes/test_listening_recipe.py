"""A listening test from two encoders to a table, as a researcher runs it."""

import csv
import json
import re
from pathlib import Path

import pytest
import scripts

from speechbrain_singer.evaluation.listening_answers import COLUMNS

ROOT = Path(__file__).parents[2]
TINY = {
    "corpus_options": "{singers: 6, songs_per_singer: 3, seconds: 1.0}",
    "column": "mixture",
    "questions": 5,
    "kbps": 48,
}


def run(name, **settings):
    script = ROOT / "recipes" / "similarity" / f"{name}.py"
    options = [f"--{key}={value}" for key, value in settings.items()]
    options += ["--device=cpu", "--noprogressbar"]
    scripts.run(script, [str(ROOT / "hparams" / f"{name}.yaml"), *options])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return tmp_path_factory.mktemp("corpus") / "synthetic_mixtures"


def make(corpus, folder, **settings):
    folders = {"data_folder": corpus, "output_folder": folder}
    folders["cache_folder"] = corpus.parent / "cache"
    run("listening_test", **TINY | folders | settings)


@pytest.fixture(scope="module")
def made(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("test")
    make(corpus, folder)
    return folder


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_key_and_a_page_that_tells_nothing_of_it(made):
    page = (made / "listening_test.html").read_text(encoding="utf-8")
    key = rows_of(made / "key.csv")
    figures = json.loads((made / "metrics.json").read_text())
    assert len(key) == figures["questions"] == 5
    data = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])
    asked = [question["id"] for question in data["questions"]]
    assert asked == [row["question"] for row in key]
    assert {data["test"], figures["test"]} == {key[0]["test"]}
    seen = page.replace("\n", " ")
    for clip in data["clips"]:
        seen = seen.replace(clip, "")
    assert not re.search("mfcc|spectral|singer0|song0", seen)
    for row in key:
        assert {row["left_model"], row["right_model"]} == {"mfcc", "spectral"}
        assert row["left"] != row["right"]
        songs = [row[c][-11:] for c in ("query", "left", "right")]
        assert songs[0] not in songs[1:]
    assert len({row["query_singer"] for row in key}) == 5


def test_the_same_command_makes_the_same_test(corpus, made, tmp_path):
    make(corpus, tmp_path)
    for name in ("listening_test.html", "key.csv"):
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes()
    # Other words do not make another test
    make(corpus, tmp_path, title="Voices")
    assert "<h1>Voices</h1>" in (tmp_path / "listening_test.html").read_text()
    assert (tmp_path / "key.csv").read_bytes() == (
        made / "key.csv"
    ).read_bytes()
    for name, value in (("other_singers", True), ("prompt", "Who")):
        with pytest.raises(ValueError, match=f"{name} is {value} now"):
            make(corpus, tmp_path, **{name: value})


def test_the_own_singer_can_be_left_out(corpus, tmp_path):
    make(corpus, tmp_path, other_singers=True, questions=30)
    key = rows_of(tmp_path / "key.csv")
    figures = json.loads((tmp_path / "metrics.json").read_text())
    # There are 18 queries; what both recommend is not asked
    assert figures["queries"] == 18
    assert len(key) == figures["questions"] == 18 - figures["alike"] < 30
    for row in key:
        others = row["left_singer"], row["right_singer"]
        assert row["query_singer"] not in others


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"megabytes": 0.1}, "5 questions of 3 clips"),
        ({"encoder_b": "mfcc"}, "give name_a or name_b"),
        ({"questions": 0}, "questions: 0"),
    ],
)
def test_what_cannot_be_is_said_before_the_work(tmp_path, wrong, match):
    with pytest.raises(ValueError, match=match):
        make(tmp_path / "corpus", tmp_path / "test", **wrong)
    assert not (tmp_path / "corpus").exists()


def test_two_names_of_one_encoder_agree_on_all(corpus, tmp_path):
    same = {"encoder_b": "mfcc", "name_b": "again"}
    with pytest.raises(ValueError, match="recommend the same for 18"):
        make(corpus, tmp_path, **same)


def answer(row, session, model):
    """A line of a file that the page saves."""
    side = "left" if row["left_model"] == model else "right"
    values = {"test": row["test"], "session": session, "participant": "P"}
    values |= {"saved": "2026", "question": row["question"], "position": 1}
    values |= {"turned": "no", "choice": side, "confidence": ""}
    values |= {"seconds": 5.0}
    values |= {"plays_query": 1, "plays_left": 1, "plays_right": 1}
    return [values[column] for column in COLUMNS]


def test_from_answers_to_a_table(made, tmp_path, capsys):
    key = rows_of(made / "key.csv")
    for session, model in (("s1", "mfcc"), ("s2", "mfcc"), ("s3", "spectral")):
        with (tmp_path / f"{session}.csv").open("w", newline="") as file:
            lines = [answer(row, session, model) for row in key[:4]]
            csv.writer(file).writerows([COLUMNS, *lines])
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    settings = {"test_folder": made, "answers": tmp_path / "*.csv"}
    run("listening_results", **settings)
    assert "| answers | 8 | 4 | 0 | 66.7" in capsys.readouterr().out
    results = made / "results"
    assert "other.csv: no column test" in (results / "table.md").read_text()
    answered = [row["answers"] for row in rows_of(results / "listeners.csv")]
    assert answered == ["4"] * 3
    # More have come, or they stand elsewhere
    run("listening_results", **settings | {"answers": f"[{tmp_path}/s1.csv]"})
    assert "| answers | 4 | 0 | 0 | 100.0" in capsys.readouterr().out
    with pytest.raises(FileNotFoundError, match="no file is found by nowhere"):
        run("listening_results", test_folder=made, answers="nowhere/*.csv")
    assert (results / "questions.csv").exists()
