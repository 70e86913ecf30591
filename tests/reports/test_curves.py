import json

import pytest

from speechbrain_singer.reports.curves import (
    plot_curves,
    plot_runs,
    read_history,
)

RECORDS = [
    {
        "epoch": epoch,
        "lr": 0.1 / epoch,
        "train": {"loss": 2.0 / epoch},
        "valid": {"loss": 3.0 / epoch, "EER": 40.0 - epoch},
    }
    for epoch in (1, 2, 3)
]


def test_curves_show_the_records(tmp_path, shows):
    figure = plot_curves(RECORDS, tmp_path / "curves.png")
    titles = [axis.get_title() for axis in figure.axes]
    assert titles == ["loss", "EER in %", "learning rate"]
    train, valid = figure.axes[0].get_lines()
    assert list(train.get_ydata()) == [2.0, 1.0, 2.0 / 3]
    assert list(valid.get_ydata()) == [3.0, 1.5, 1.0]
    assert list(figure.axes[1].get_lines()[0].get_xdata()) == [1, 2, 3]
    for line in (train, valid):
        assert shows(tmp_path / "curves.png", line.get_color())


def test_of_an_epoch_done_twice_the_last_counts(tmp_path):
    path = tmp_path / "history.jsonl"
    lines = [json.dumps(record) for record in RECORDS]
    lines += [json.dumps(RECORDS[2] | {"lr": 7.0}), '{"epoch": 4, "l']
    path.write_text("\n".join(lines))
    records = read_history(path)
    assert [record["epoch"] for record in records] == [1, 2, 3]
    assert records[2]["lr"] == 7.0


def test_no_validation(tmp_path):
    records = [record | {"valid": None} for record in RECORDS]
    figure = plot_curves(records, tmp_path / "curves.png")
    assert len(figure.axes) == 2


def test_damaged_lines_are_named(tmp_path, caplog):
    path = tmp_path / "history.jsonl"
    lines = [b"{}", b"\xff", b"[]", b'{"epoch": "x"}', b'{"epoch": 1}']
    lines += [b'{"epoch": 2, "train": 3}', b"null"]
    lines += [b'{"epoch": true}', b'{"epoch": 1, "lr": "a"}']
    lines += [b'{"epoch": 1, "valid": {"EER": [2]}}', b"[" * 100_000]
    lines += [b'{"epoch": 1, "train": [2]}']
    path.write_bytes(b"\n".join(lines))
    assert read_history(path) == [{"epoch": 1}]
    assert (
        f"{path}: line 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12 cannot be read"
        in caplog.text
    )


def test_every_run_stands_in_the_legend(tmp_path):
    figure = plot_runs({"_a": [RECORDS], "b": [RECORDS]}, tmp_path / "a.png")
    shown = [text.get_text() for text in figure.legends[0].get_texts()]
    assert shown == ["_a", "b"]


@pytest.mark.parametrize("records", [[], [{"epoch": 1}]])
def test_nothing_to_draw_is_said(tmp_path, records):
    with pytest.raises(ValueError, match=r"a\.png: no epoch to draw"):
        plot_curves(records, tmp_path / "a.png")


def test_one_curve_alone_says_whose_it_is(tmp_path):
    """In the colour that validation has in all panels."""
    figure = plot_curves(RECORDS, tmp_path / "curves.png")
    loss, error, rate = figure.axes
    (line,) = error.get_lines()
    assert line.get_color() == loss.get_lines()[1].get_color()
    (shown,) = error.get_legend().get_texts()
    assert shown.get_text() == "valid"
    assert rate.get_legend() is None


def test_a_mean_is_of_all_runs(tmp_path):
    """It does not go on where some have stopped early."""
    figure = plot_runs({"a": [RECORDS, RECORDS[:2]]}, tmp_path / "a.png")
    *runs, mean = figure.axes[0].get_lines()
    assert [list(line.get_xdata()) for line in runs] == [[1, 2, 3], [1, 2]]
    assert list(mean.get_xdata()) == [1, 2]
    assert list(mean.get_ydata()) == [39.0, 38.0]


def test_many_runs_are_told_apart(tmp_path):
    runs = {f"run {number}": [RECORDS] for number in range(16)}
    figure = plot_runs(runs, tmp_path / "a.png")
    means = figure.axes[0].get_lines()[1::2]
    looks = {(line.get_color(), line.get_linestyle()) for line in means}
    assert len(looks) == len(means) == 16
