import csv
import json

import pytest
from planted import embed

from speechbrain_singer.evaluation.performances import performance_report
from speechbrain_singer.reports.performances import (
    neighbours_table,
    pairs_table,
    write_performances,
)
from speechbrain_singer.reports.results import Results

pytestmark = pytest.mark.usefixtures("nothing_is_drawn")

HISTORY = [{"epoch": 1, "train": {"loss": 0.3}, "valid": {"loss": 0.4}}]


def balanced(singers=3, songs=3):
    return [
        {"ID": f"{s}-{k}", "singer": f"s{s}", "song": f"k{k}"}
        for s in range(singers)
        for k in range(songs)
    ]


def measured(rows):
    """An encoder that knows singers, and one that knows songs."""
    embeddings = {
        "voices": embed(rows, "singer"),
        "songs": embed(rows, "song" if "song" in rows[0] else "singer"),
    }
    reports = {
        name: performance_report(vectors, rows, [1, 2])
        for name, vectors in embeddings.items()
    }
    return reports, embeddings


def write(folder, rows, *training):
    reports, embeddings = measured(rows)
    results = Results(folder, "performances", {"corpus": "c"})
    write_performances(results, reports, embeddings, rows, *training)
    return reports


def test_leaves_everything_behind(tmp_path):
    (tmp_path / "tsne_7_song.png").touch()  # of an earlier run
    write(tmp_path, balanced(), HISTORY)
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    voices = metrics["encoders"]["voices"]
    assert voices["neighbours"]["singer"]["accuracy"] == {"1": 100, "2": 100}
    assert {path.name for path in tmp_path.glob("*.png")} == {
        *("neighbours.png", "curves.png"),
        *(f"tsne_{n}_{c}.png" for n in (0, 1) for c in ("singer", "song")),
    }
    page = (tmp_path / "report.html").read_text()
    assert page.count("<img") == 6
    assert "Left out" not in page
    text = (tmp_path / "table.md").read_text()
    assert "| voices | 100.0 | 100.0 | 0.0 | 0.0 |" in text
    assert "| songs | 0.0 | 0.0 | 100.0 | 100.0 |" in text
    assert "| chance | 25.0 | 25.0 | 25.0 | 25.0 |" in text


def test_the_loss_stands_beside_that_of_a_collapsed_network(tmp_path):
    losses = {"test_loss": 0.21, "collapsed_loss": 0.25}
    write(tmp_path, balanced(), HISTORY, losses)
    page = (tmp_path / "report.html").read_text()
    assert "0.2100" in page and "0.2500" in page
    write(tmp_path, balanced())
    assert "0.2500" not in (tmp_path / "report.html").read_text()


def test_without_songs_says_what_is_left_out(tmp_path):
    rows = [{"ID": r["ID"], "singer": r["singer"]} for r in balanced()]
    write(tmp_path, rows)
    page = (tmp_path / "report.html").read_text()
    assert page.count("two songs at least are needed") == 3
    assert page.count("<img") == 3
    assert not list(tmp_path.glob("*song.png"))
    with (tmp_path / "table.csv").open(newline="") as file:
        heads = next(csv.reader(file))
    assert heads == ["encoder", "singer, k = 1", "singer, k = 2"]


def test_what_one_encoder_lacks_is_a_dash():
    reports, _ = measured(balanced())
    reports["songs"]["neighbours"]["song"]["accuracy"].pop(2)
    assert neighbours_table(reports)[2][-2:] == ["100.0", "-"]


def test_pairs_stand_side_by_side():
    reports, _ = measured(balanced())
    heads, voices, songs = pairs_table(reports)
    assert [head.split(": ")[1] for head in heads[1:]] == ["EER", "AUC"] * 3
    # All pairs, and those of two songs
    assert voices[1:5] == ["0.0", "100.0", "0.0", "100.0"]
    assert songs[5:] == ["0.0", "100.0"]
