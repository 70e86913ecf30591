import os
import shutil
import signal

import pytest

from speechbrain_singer.dataio import files
from speechbrain_singer.dataio.files import (
    atomic_open,
    atomic_path,
    check_writable,
    full_disk_named,
    sweep,
)
from speechbrain_singer.dataio.locks import mark_alive


def test_a_failure_leaves_the_former_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("former")
    with pytest.raises(KeyboardInterrupt), atomic_open(path) as file:
        file.write("half of")
        file.flush()
        raise KeyboardInterrupt
    assert path.read_text() == "former"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_two_who_write_the_same_file_do_not_meet(tmp_path):
    path = tmp_path / "a.wav"
    with atomic_path(path) as first:
        first.write_text("first")
        with atomic_path(path) as second:
            second.write_text("second")
        assert path.read_text() == "second"
    assert path.read_text() == "first"
    assert os.listdir(tmp_path) == ["a.wav"]


def test_two_who_write_the_same_text_do_not_meet(tmp_path):
    path = tmp_path / "a.csv"
    with atomic_open(path) as first:
        first.write("first")
        with atomic_open(path) as second:
            second.write("second")
    assert path.read_text() == "first"


def test_files_are_as_open_to_others_as_any(tmp_path):
    (tmp_path / "plain").touch()
    with atomic_open(tmp_path / "a.csv"):
        pass
    modes = [(tmp_path / n).stat().st_mode for n in ("plain", "a.csv")]
    assert modes[0] == modes[1]


def killed_while_writing(path):
    """A child that is killed within `atomic_path`."""
    child = os.fork()
    if child == 0:
        with atomic_path(path) as temporary:
            temporary.write_text("half of")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


def test_what_a_kill_leaves_is_swept_and_nothing_else(tmp_path):
    (tmp_path / "below").mkdir()
    killed_while_writing(tmp_path / "below" / "a.csv")
    assert len(os.listdir(tmp_path / "below")) == 1
    (tmp_path / ".hidden").touch()
    (tmp_path / ".a.csv.backup").touch()
    with atomic_path(tmp_path / "b.csv") as living:
        living.write_text("whole")
        sweep(tmp_path)
        assert living.read_text() == "whole"
    found = {path.name for path in tmp_path.rglob("*")}
    assert found == {"below", ".hidden", ".a.csv.backup", "b.csv"}


def test_a_full_disk_is_named(tmp_path, monkeypatch):
    def words_of_torch():
        raise RuntimeError("unexpected pos 64 vs 0")

    with pytest.raises(RuntimeError, match="pos 64"), full_disk_named(tmp_path):
        words_of_torch()
    usage = shutil.disk_usage(tmp_path)._replace(free=0)
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: usage)
    path = tmp_path / "not" / "made" / "yet"
    with pytest.raises(OSError, match=f"no space left.*{path}"):
        with full_disk_named(path):
            words_of_torch()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_whoever_sweeps_takes_nothing_that_is_just_begun(tmp_path):
    child = os.fork()
    if child == 0:
        while True:
            sweep(tmp_path)
    try:
        for text in map(str, range(100)):
            with atomic_path(tmp_path / "a.txt") as temporary:
                temporary.write_text(text)
            assert (tmp_path / "a.txt").read_text() == text
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_what_is_swept_before_it_is_marked_is_begun_anew(tmp_path, monkeypatch):
    marked = []

    def mark(file):
        marked.append(file)
        if len(marked) == 1:
            sweep(tmp_path)
        return mark_alive(file)

    monkeypatch.setattr(files, "mark_alive", mark)
    with atomic_path(tmp_path / "a.txt") as temporary:
        temporary.write_text("whole")
    assert (tmp_path / "a.txt").read_text() == "whole" and len(marked) == 2
    assert os.listdir(tmp_path) == ["a.txt"]


def test_below_nothing_is_swept_unless_asked(tmp_path):
    (tmp_path / "below").mkdir()
    killed_while_writing(tmp_path / "a.csv")
    killed_while_writing(tmp_path / "below" / "a.csv")
    sweep(tmp_path, below=False)
    assert os.listdir(tmp_path) == ["below"]
    assert len(os.listdir(tmp_path / "below")) == 1


@pytest.mark.parametrize("letter", ["a", "\u00e4"])
def test_a_name_as_long_as_names_can_be(tmp_path, letter):
    name = letter * (255 // len(letter.encode()))
    with atomic_open(tmp_path / name) as file:
        file.write("whole")
    assert (tmp_path / name).read_text() == "whole"
    killed_while_writing(tmp_path / name)
    sweep(tmp_path)
    assert os.listdir(tmp_path) == [name]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "a.txt")
    for text in ("first", "second"):
        with atomic_open(tmp_path / "link") as file:
            file.write(text)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "disk" / "a.txt").read_text() == text
    assert os.listdir(tmp_path / "disk") == ["a.txt"]


def test_a_folder_that_cannot_be_is_named(tmp_path):
    with pytest.raises(OSError, match=r"a\\0b: cannot write there"):
        check_writable(tmp_path / "a\0b")
    for folder in ("", None, 5):
        with pytest.raises(ValueError, match=f"{folder!r}: no folder is named"):
            check_writable(folder)


@pytest.mark.parametrize("name", ["a.csv", "below/a.csv"])
def test_what_cannot_be_written_is_named_as_the_user_knows_it(tmp_path, name):
    (tmp_path / "a.csv").mkdir()
    path = tmp_path / name
    with pytest.raises(OSError) as caught, atomic_open(path) as file:
        file.write("whole")
    assert caught.value.filename == str(path)
    assert str(caught.value).endswith(f": '{path}'")
    assert os.listdir(tmp_path) == ["a.csv"]
