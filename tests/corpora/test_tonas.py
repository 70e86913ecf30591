import pytest
from replicas.tonas import build

from speechbrain_singer.corpora.tonas import list_recordings


@pytest.fixture
def tree(tmp_path, caplog):
    caplog.set_level("WARNING")
    build(tmp_path)
    return tmp_path


def by_name(tree):
    return {row["path"].rsplit("/", 1)[1]: row for row in list_recordings(tree)}


def test_a_song_has_singer_title_style_and_notes(tree):
    row = by_name(tree)["04-D_JAlmaden.wav"]
    notes = row.pop("notes")
    assert row == {
        "path": str(tree / "Deblas" / "04-D_JAlmaden.wav"),
        "singer": "Jacinto Almadén",
        "song": "En el barrio de Triana",
        "style": "Debla",
    }
    # As the file has them: its tuning, 43 cents, is in them already
    assert notes == [
        pytest.approx((0.1, 0.4, 66.43)),
        pytest.approx((0.5, 0.75, 67.43)),
    ]


def test_a_name_with_a_space_in_the_table_is_found(tree):
    row = by_name(tree)["28-M1_JHeredia-Martinete.wav"]
    assert row["singer"] == "Jesús Heredia"
    assert row["song"] == "Martinete de Tío Juan"


def test_quotes_around_a_title_are_not_of_it(tree):
    table = tree / "TONAS-Metadata.txt"
    text = table.read_text(encoding="utf-16")
    text = text.replace("\tMartinete de Tío Juan\t", '\t"Sobre mi yunque"\t')
    table.write_text(text, encoding="utf-16")
    row = by_name(tree)["24-M1_AMairena-Martinete.wav"]
    assert row["song"] == "Sobre mi yunque"


def test_what_is_missing_is_told(tree, caplog):
    assert len(list_recordings(tree)) == 8
    (warning,) = caplog.messages
    assert "8 of 9 recordings" in warning
    assert "1 of 5 singers are missing: El Torta" in warning


def test_notes_that_are_missing_or_empty_are_counted(tree, caplog):
    (tree / "Deblas" / "01-D_AMairena.notes.Corrected").unlink()
    (tree / "Deblas" / "03-D_Chocolate.notes.Corrected").write_text("")
    rows = by_name(tree)
    assert rows["01-D_AMairena.wav"]["notes"] == []
    assert rows["03-D_Chocolate.wav"]["notes"] == []
    assert "2 recordings lack" in caplog.messages[0]


def test_without_the_table_the_archive_is_named(tree):
    (tree / "TONAS-Metadata.txt").unlink()
    with pytest.raises(FileNotFoundError, match="record/1290722"):
        list_recordings(tree)
