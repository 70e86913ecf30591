import pytest
from replicas import opensinger

from speechbrain_singer.corpora.opensinger import list_recordings


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.fixture
def one_of_each(tmp_path):
    """Everybody's first phrase."""
    for number in range(28):
        touch(tmp_path, f"ManRaw/{number}_a/{number}_a_0.wav")
    for number in range(48):
        touch(tmp_path, f"WomanRaw/{number}_a/{number}_a_0.wav")
    return tmp_path


def test_men_and_women_of_one_number_are_two_people(tmp_path):
    opensinger.build(tmp_path)
    rows = list_recordings(tmp_path)
    assert len(rows) == 16
    assert [(row["singer"], row["sex"]) for row in rows[::4]] == [
        ("man_0", "male"),
        ("man_1", "male"),
        ("woman_0", "female"),
        ("woman_1", "female"),
    ]
    path = tmp_path / "WomanRaw" / "1_左边" / "1_左边_1.wav"
    assert rows[-1] == {
        "path": str(path),
        "singer": "woman_1",
        "sex": "female",
        "song": "左边",
        "phrase": "1",
    }


def test_a_whole_archive_is_not_mentioned(one_of_each, caplog):
    assert len(list_recordings(one_of_each)) == 76
    assert caplog.messages == []


def test_singers_who_are_missing_are_named(one_of_each, caplog):
    (one_of_each / "ManRaw/27_a/27_a_0.wav").unlink()
    list_recordings(one_of_each)
    (warning,) = caplog.messages
    assert "1 of 76 singers are missing: man_27" in warning


def test_a_title_may_have_underscores_and_digits(one_of_each):
    touch(one_of_each, "ManRaw/3_a_1_b/3_a_1_b_12.wav")
    rows = list_recordings(one_of_each)
    (row,) = [row for row in rows if row["song"] == "a_1_b"]
    assert (row["singer"], row["phrase"]) == ("man_3", "12")


def test_the_archive_may_lie_deeper_and_in_another_case(tmp_path):
    touch(tmp_path, "OpenSinger/womanraw/07_a/07_a_0.WAV")
    (row,) = list_recordings(tmp_path)
    assert (row["singer"], row["sex"]) == ("woman_7", "female")


def test_what_is_not_of_it_is_left_out_with_one_warning(one_of_each, caplog):
    touch(one_of_each, "ManRaw/3_a/3_a.wav", "3_a/3_a_0.wav", "ManRaw/x.wav")
    assert len(list_recordings(one_of_each)) == 76
    (warning,) = caplog.messages
    assert "3 files not named" in warning and "'3_a_0.wav'" in warning


def test_another_corpus_is_an_error(tmp_path):
    touch(tmp_path, "01/02/03.wav")
    with pytest.raises(FileNotFoundError, match="ManRaw and WomanRaw"):
        list_recordings(tmp_path)
