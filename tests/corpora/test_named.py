import pytest

from speechbrain_singer.corpora.named import find_named


def labels_of(path):
    if path.stem.startswith("speech"):
        return "of speech"
    return {"singer": path.stem[2:]} if path.stem.startswith("s_") else None


@pytest.fixture
def folder(tmp_path):
    for name in ("s_b", "s_a", "speech_2", "speech_1", "take"):
        (tmp_path / f"{name}.wav").touch()
    return tmp_path


def test_what_fits_is_sorted_by_path(folder):
    recordings, skipped = find_named(folder, labels_of, "X", "unpack it")
    assert recordings == [
        {"path": str(folder / "s_a.wav"), "singer": "a"},
        {"path": str(folder / "s_b.wav"), "singer": "b"},
    ]
    assert skipped == []


def test_one_warning_counts_each_kind(folder, caplog):
    find_named(folder, labels_of, "X", "unpack it")
    (warning,) = caplog.messages
    assert "2 files of speech (such as 'speech_1.wav')" in warning
    assert "1 files not named as those of X are" in warning
    assert "'take.wav'" in warning


def test_what_cannot_be_followed_comes_along(folder):
    (folder / "s_c.wav").symlink_to("nowhere.wav")
    _, (skipped,) = find_named(folder, labels_of, "X", "unpack it")
    assert skipped["path"] == str(folder / "s_c.wav")
    assert "broken link" in skipped["reason"]


def test_nothing_that_fits_is_an_error_with_the_remedy(folder):
    for name in ("s_a", "s_b"):
        (folder / f"{name}.wav").unlink()
    with pytest.raises(
        FileNotFoundError, match=r"2 files of speech.*unpack it"
    ):
        find_named(folder, labels_of, "X", "unpack it")


def test_what_is_there_twice_is_taken_once(folder):
    for name in ("16k/s_a.wav", "16k/s_c.wav", "s_b.flac"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    recordings, skipped = find_named(folder, labels_of, "X", "unpack it")
    names = ["16k/s_a.wav", "16k/s_c.wav", "s_b.flac", "s_b.wav"]
    assert [row["path"] for row in recordings] == [
        str(folder / name) for name in names
    ]
    assert skipped == [
        {
            "path": str(folder / "s_a.wav"),
            "reason": f"a copy: of {folder / '16k/s_a.wav'}",
        }
    ]
