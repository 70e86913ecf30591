import pytest

from speechbrain_singer.corpora.notes import add_notes, midi_number


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("C-1", 0),
        ("A0", 21),
        ("C4", 60),
        ("Db4", 61),
        ("C#4/Db4", 61),
        ("B4", 71),
        ("B#4", 72),
        ("G9", 127),
    ],
)
def test_names_of_notes(name, number):
    assert midi_number(name) == number


@pytest.mark.parametrize("name", ["", "rest", "H4", "C", "c4", "C##4"])
def test_what_is_no_note_is_named(name):
    with pytest.raises(ValueError, match=repr(name)):
        midi_number(name)


def test_missing_and_broken_annotations_are_counted_once(caplog):
    def read(path):
        if path.stem == "a":
            raise FileNotFoundError(path)
        if path.stem == "b":
            raise ValueError("no number")
        return [(1.0, 2.0, 62), (0.0, 1.0, 60)]

    rows = [{"path": f"{name}.wav"} for name in "abc"]
    add_notes("here", rows, read)
    assert [row["notes"] for row in rows] == [
        [],
        [],
        [(0.0, 1.0, 60), (1.0, 2.0, 62)],
    ]
    (warning,) = caplog.messages
    assert "here: no notes of 2 of 3 recordings, such as a.wav" in warning


@pytest.mark.parametrize("note", [(1.0, 1.0, 60), (-1.0, 1.0, 60), (0, 1, 128)])
def test_a_note_that_cannot_be_costs_the_notes_only(caplog, note):
    rows = [{"path": "a.wav"}]
    add_notes("here", rows, lambda path: [(0.0, 1.0, 60), note])
    assert rows == [{"path": "a.wav", "notes": []}]
    assert "a.wav: ValueError: notes: note" in caplog.messages[0]
