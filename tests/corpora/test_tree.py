import numpy as np
import pytest
import soundfile

from speechbrain_singer.corpora.tree import ENDINGS, find_audio
from speechbrain_singer.dataio.audio import read_audio


def test_what_a_tree_of_audio_may_hold(tmp_path):
    kept = ["Ann/b.wav", "Ann/c.FLAC", "a.mp3", "b.sph", "z/deep/er/d.aiff"]
    kept += ["Ann/cannot_be_read.M4A", "z/nor_this.wma"]
    for name in [*kept, "Ann/cover.jpg", "Ann/._b.wav", ".cache/e.wav"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert find_audio(tmp_path) == sorted(tmp_path / name for name in kept)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_looked_for_can_be_read(tmp_path, ending):
    known = soundfile.available_formats()
    others = {
        **{"aif": "AIFF", "aifc": "AIFF", "oga": "OGG", "opus": "OGG"},
        **{"snd": "AU", "sph": "NIST"},
    }
    name = ending.removeprefix(".")
    path = tmp_path / f"a{ending}"
    kind = others.get(name, name.upper())
    assert kind in known
    soundfile.write(path, np.full(4800, 0.5), 48000, format=kind)
    assert len(read_audio(path)[0]) == 4800


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
    for name in ("a.jpg", "b.jpg", "notes.txt"):
        (tmp_path / name).touch()
    with pytest.raises(FileNotFoundError) as caught:
        find_audio(tmp_path)
    for part in (str(tmp_path), ".flac", "2 .jpg", "1 .txt"):
        assert part in str(caught.value)


def test_an_empty_folder_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file at all"):
        find_audio(tmp_path)
