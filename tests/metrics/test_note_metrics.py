import io
import sys

import numpy as np
import pytest

from speechbrain_singer.metrics.notes import (
    NoteStats,
    evaluate,
    figure_names,
    validate,
)

pytest.importorskip("mir_eval")
REFERENCE = [
    (0.0, 0.5, 60),
    (0.5, 1.0, 62),
    (1.2, 3.2, 64),
    (4.0, 4.1, 65),
]


def f1(precision, recall):
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0


def expected(found, estimated, reference=4):
    """All figures, of so many found by each rule."""
    figures = {}
    for rule, hits in zip(("COn", "COnP", "COnPOff"), found, strict=True):
        precision, recall = hits / estimated, hits / reference
        figures[f"{rule}_precision"] = precision
        figures[f"{rule}_recall"] = recall
        figures[f"{rule}_f1"] = f1(precision, recall)
    return figures


@pytest.mark.parametrize(
    ("estimated", "found"),
    [
        (REFERENCE, (4, 4, 4)),
        (REFERENCE[::-1], (4, 4, 4)),
        # 50 ms is near enough, more is not
        ([(0.55, 1.0, 62)], (1, 1, 1)),
        ([(0.5502, 1.0, 62)], (0, 0, 0)),
        # A semitone, and 0.49 of one
        ([(0.5, 1.0, 63)], (1, 0, 0)),
        ([(0.5, 1.0, 62.49)], (1, 1, 1)),
        ([(0.5, 1.0, 62.51)], (1, 0, 0)),
        # An octave is another pitch
        ([(0.5, 1.0, 74)], (1, 0, 0)),
        # Offsets: 20 % of 2 s, of 0.5 s, and 50 ms of a short one
        ([(1.2, 3.6, 64)], (1, 1, 1)),
        ([(1.2, 3.601, 64)], (1, 1, 0)),
        ([(0.0, 0.4, 60)], (1, 1, 1)),
        ([(0.0, 0.399, 60)], (1, 1, 0)),
        ([(4.0, 4.15, 65)], (1, 1, 1)),
        ([(4.0, 4.151, 65)], (1, 1, 0)),
        # A reference is found once only
        ([(0.49, 1.0, 62), (0.5, 1.0, 62), (0.51, 1.0, 62)], (1, 1, 1)),
        # What does not end after it begins does not count
        ([*REFERENCE, (2.0, 2.0, 60), (3.0, 2.5, 60)], (4, 4, 4)),
    ],
)
def test_figures_by_hand(estimated, found):
    counted = len([note for note in estimated if note[0] < note[1]])
    figures = evaluate(estimated, REFERENCE)
    assert figures == pytest.approx(expected(found, counted))
    assert list(figures) == figure_names()


def test_as_many_as_can_be_are_matched():
    """The estimate near both goes to the one that nothing else is near."""
    reference = [(0.0, 0.5, 60), (0.06, 0.5, 60)]
    estimated = [(0.03, 0.5, 60), (0.09, 0.5, 60)]
    assert evaluate(estimated, reference)["COn_recall"] == 1.0
    estimated = [(0.03, 0.5, 60), (0.0, 0.5, 60)]
    assert evaluate(estimated, reference)["COn_recall"] == 1.0


@pytest.mark.parametrize(
    ("estimated", "reference"),
    [
        ([], REFERENCE),
        (REFERENCE, []),
        ([], []),
        (np.zeros((0, 3)), REFERENCE),
        ([(1.0, 1.0, 60)], REFERENCE),
        (REFERENCE, [(1.0, 1.0, 60)]),
    ],
)
@pytest.mark.filterwarnings("error")
def test_without_notes_all_is_zero(estimated, reference):
    assert evaluate(estimated, reference) == dict.fromkeys(figure_names(), 0.0)


def test_reference_notes_that_do_not_last_do_not_count():
    reference = [*REFERENCE, (2.0, 2.0, 60)]
    assert set(evaluate(REFERENCE, reference).values()) == {1.0}


@pytest.mark.parametrize(
    ("notes", "message"),
    [
        ([(0.0, 1.0)], r"notes \[notes, 3\] are needed, got \(1, 2\)"),
        ([0.0, 1.0, 60], r"notes \[notes, 3\] are needed, got \(3,\)"),
        ([(0, 1, 60), (1, 2, np.nan)], r"1 notes .* such as \[1.0, 2.0, nan\]"),
        ([(0, np.inf, 60), (-1, 2, 60)], r"2 notes cannot be, such as \[0.0, "),
    ],
)
def test_notes_that_cannot_be(notes, message):
    with pytest.raises(ValueError, match=message):
        validate(notes)
    with pytest.raises(ValueError, match=message):
        evaluate(REFERENCE, notes)


SONGS = {
    "a": (REFERENCE, (4, 4, 4), 4),
    "b": ([(0.5, 1.0, 63), (1.2, 3.7, 64)], (2, 1, 0), 2),
    "c": ([], (0, 0, 0), 1),
}


def filled():
    stats = NoteStats()
    stats.append(["a"], [SONGS["a"][0]], [REFERENCE])
    others = [SONGS[name][0] for name in "bc"]
    stats.append(["b", "c"], others, [REFERENCE, REFERENCE])
    return stats


def test_songs_count_alike():
    stats = filled()
    by_song = [expected(found, n) for _, found, n in SONGS.values()]
    for name in figure_names():
        mean = sum(song[name] for song in by_song) / 3
        assert stats.summarize(name) == pytest.approx(mean)
    assert stats.summarize() == stats.summary
    assert stats.ids == ["a", "b", "c"]


def test_songs_may_follow_a_summary():
    stats = filled()
    before = stats.summarize("COn_f1")
    stats.append(["d"], [REFERENCE], [REFERENCE])
    assert stats.summary == {}
    assert stats.summarize("COn_f1") == pytest.approx((3 * before + 1) / 4)
    stats.clear()
    with pytest.raises(ValueError, match="no recordings yet"):
        stats.summarize()


def test_what_is_written_of_notes(capsys):
    file = io.StringIO()
    filled().write_stats(file, verbose=True)
    lines = file.getvalue().splitlines()
    # (1 + 1 + 0) / 3, and (1 + 2 * (1 / 2) / 3 + 0) / 3
    assert lines[0] == "COn_precision: 66.67%"
    assert lines[2] == "COn_f1: 55.56%"
    assert lines[len(figure_names()) :] == [
        "",
        "F1 of COn, COnP, COnPOff:",
        "a: 100.00%, 100.00%, 100.00%",
        "b: 66.67%, 33.33%, 0.00%",
        "c: 0.00%, 0.00%, 0.00%",
    ]
    assert capsys.readouterr().out.splitlines() == lines[:9]


def test_a_song_that_is_refused_is_named_and_leaves_the_rest_alone():
    stats = filled()
    before = dict(stats.summarize())
    bad = [(0.0, 1.0, np.nan)]
    with pytest.raises(ValueError, match="e: 1 notes cannot be"):
        stats.append(["d", "e"], [REFERENCE, bad], [REFERENCE] * 2)
    assert stats.summarize() == before
    with pytest.raises(ValueError, match=r"2 ids for the notes of 1 .* of 3"):
        stats.append(["d", "e"], [REFERENCE], [REFERENCE] * 3)


def test_without_mir_eval(monkeypatch):
    monkeypatch.setitem(sys.modules, "mir_eval", None)
    with pytest.raises(ImportError, match=r"mir_eval .*singer\[notes\]"):
        evaluate(REFERENCE, REFERENCE)
