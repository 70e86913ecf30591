import pytest

from speechbrain_singer.corpora.fingerprint import is_current, save_fingerprint


@pytest.mark.parametrize("text", ["", "5", "[1]", "{}", "[" * 100_000, "\0"])
def test_a_note_that_is_damaged_vouches_for_nothing(tmp_path, text):
    note, file = tmp_path / "prepared.json", tmp_path / "a.csv"
    file.touch()
    save_fingerprint(note, {"seed": 1}, [file])
    assert is_current(note, {"seed": 1}, [file])
    note.write_text(text)
    assert not is_current(note, {"seed": 1}, [file])
