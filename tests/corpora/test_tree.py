import numpy as np
import pytest
import soundfile

from speechbrain_singer.corpora.tree import ENDINGS, find_audio
from speechbrain_singer.dataio.audio import read_audio
from speechbrain_singer.dataio.reasons import UNSUPPORTED


def test_what_a_tree_of_audio_may_hold(tmp_path, caplog):
    kept = ["Ann/b.wav", "Ann/c.FLAC", "a.mp3", "b.sph", "z/deep/er/d.aiff"]
    kept += ["Ann/cannot_be_read.M4A", "z/nor_this.wma"]
    others = ["Ann/cover.jpg", "Ann/._b.wav", ".cache/e.wav", "README", "x.JPG"]
    for name in [*kept, *others]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    audio = find_audio(tmp_path)
    assert audio.paths == sorted(tmp_path / name for name in kept)
    assert audio.skipped == []
    (message,) = caplog.messages
    assert "5 files and folders are no audio by their names" in message
    for said in ("2 .jpg", "2 names that begin with a dot", "1 without an end"):
        assert said in message


@pytest.mark.parametrize("ending", UNSUPPORTED)
def test_audio_and_video_that_cannot_be_read_is_not_passed_over(
    tmp_path, ending
):
    (tmp_path / f"a{ending}").touch()
    assert find_audio(tmp_path).paths == [tmp_path / f"a{ending}"]


# What libsndfile calls a format that has another ending
FORMATS = {
    **dict.fromkeys((".16svx", ".8svx", ".iff"), "SVX"),
    **dict.fromkeys((".aif", ".aifc", ".aiffc"), "AIFF"),
    **dict.fromkeys((".bwf", ".wave", ".amb"), "WAV"),
    **dict.fromkeys((".mpga",), "MP3"),
    **dict.fromkeys((".oga", ".ogx", ".opus"), "OGG"),
    **{".fap": "PAF", ".sf": "IRCAM", ".snd": "AU", ".sph": "NIST"},
}
RATES = {".wve": 8000}  # others write 48 kHz
LAYERS = {".mp1", ".mp2"}  # which libsndfile reads, but does not write


@pytest.mark.parametrize("ending", sorted({*ENDINGS} - LAYERS))
def test_what_is_looked_for_can_be_read(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    kind = FORMATS.get(ending, ending.removeprefix(".").upper())
    assert kind in soundfile.available_formats()
    rate = RATES.get(ending, 48000)
    soundfile.write(path, np.full(4800, 0.5), rate, format=kind)
    assert len(read_audio(path)[0]) == 4800
    assert find_audio(tmp_path).paths == [path]


def test_links_are_followed_but_not_round_and_round(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.wav").touch()
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "Ann").symlink_to(elsewhere)
    (elsewhere / "up").symlink_to(tree)
    audio = find_audio(tree)
    assert audio.paths == [tree / "Ann" / "a.wav"]
    (skipped,) = audio.skipped
    assert skipped["path"] == str(tree / "Ann" / "up")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"gone: no such folder"):
        find_audio(tmp_path / "gone")


def test_a_folder_of_another_form_of_unicode_is_named(tmp_path):
    (tmp_path / "Zoe\u0308").mkdir()
    with pytest.raises(FileNotFoundError, match=r"there is 'Zoe\\u0308', the"):
        find_audio(tmp_path / "Zo\u00eb")


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


def test_a_folder_of_dead_links_says_so(tmp_path):
    (tmp_path / "ann").symlink_to("/gone/ann")
    with pytest.raises(FileNotFoundError, match=r"ann: broken link: to /gone"):
        find_audio(tmp_path)
