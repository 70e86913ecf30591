import pytest

from speechbrain_singer.corpora.tree import find_audio


def test_what_a_tree_of_audio_may_hold(tmp_path):
    kept = ["Ann/b.wav", "Ann/c.FLAC", "a.mp3", "z/deep/er/d.aiff"]
    for name in [*kept, "Ann/cover.jpg", "Ann/._b.wav", ".cache/e.wav"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert find_audio(tmp_path) == sorted(tmp_path / name for name in kept)


def test_links_are_followed_but_not_round_and_round(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.wav").touch()
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "Ann").symlink_to(elsewhere)
    (elsewhere / "up").symlink_to(tree)
    assert find_audio(tree) == [tree / "Ann" / "a.wav"]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"gone: no such folder"):
        find_audio(tmp_path / "gone")


def test_a_folder_without_audio_says_what_it_has(tmp_path):
    for name in ("a.m4a", "b.m4a", "notes.txt"):
        (tmp_path / name).touch()
    with pytest.raises(FileNotFoundError) as caught:
        find_audio(tmp_path)
    for part in (str(tmp_path), ".flac", "2 .m4a", "1 .txt"):
        assert part in str(caught.value)


def test_an_empty_folder_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file at all"):
        find_audio(tmp_path)
