import pytest
from replicas.vocadito import build

from speechbrain_singer.corpora.vocadito import list_recordings


@pytest.fixture
def tree(tmp_path, caplog):
    caplog.set_level("WARNING")
    build(tmp_path)
    return tmp_path


def by_name(tree, **options):
    rows = list_recordings(tree, **options)
    return {row["path"].rsplit("_", 1)[1]: row for row in rows}


def test_the_table_says_who_sings(tree):
    singers = {name: row["singer"] for name, row in by_name(tree).items()}
    assert singers == {
        "1.wav": "S1",
        "3.wav": "S1",
        "7.wav": "S6",
        "9.wav": "S6",
        "12.wav": "S9",
        "15.wav": "S12",
        "17.wav": "S12",
        "40.wav": "S9",
    }


def test_an_excerpt_has_language_and_notes(tree):
    assert by_name(tree)["7.wav"] == {
        "path": str(tree / "Audio" / "vocadito_7.wav"),
        "singer": "S6",
        "song": "",
        "language": "Tagalog",
        # 440 and 220 Hz; the file has durations
        "notes": [(0.1, 0.4, 69.0), (0.5, 0.75, 57.0)],
    }


def test_there_are_two_annotators(tree):
    first, _ = by_name(tree, annotator="A2")["7.wav"]["notes"]
    assert first == pytest.approx((0.1, 0.8, 69.0))


def test_notes_that_are_missing_or_broken_are_counted(tree, caplog):
    notes = tree / "Annotations" / "Notes"
    (notes / "vocadito_1_notesA1.csv").unlink()
    (notes / "vocadito_3_notesA1.csv").write_text("onset,pitch\n")
    (notes / "vocadito_9_notesA2.csv").unlink()
    rows = by_name(tree)
    assert [rows[f"{n}.wav"]["notes"] for n in (1, 3)] == [[], []]
    assert len(rows["9.wav"]["notes"]) == 2
    (warning, _) = caplog.messages
    assert "2 recordings lack" in warning and "vocadito_1.wav" in warning


def test_a_whole_corpus_is_not_mentioned(tree, caplog):
    for number in range(1, 41):
        (tree / "Audio" / f"vocadito_{number}.wav").touch()
        notes = tree / "Annotations" / "Notes"
        path = notes / f"vocadito_{number}_notesA1.csv"
        path.write_text("0.1,440.0,0.3\n0.5,220.0,0.25\n")
    assert len(list_recordings(tree)) == 40
    assert caplog.messages == []
