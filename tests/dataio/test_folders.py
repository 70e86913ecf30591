import os
import signal

import pytest

from speechbrain_singer.dataio import folders
from speechbrain_singer.dataio.folders import atomic_folder

POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")


def write(folder, text):
    with atomic_folder(folder) as fresh:
        (fresh / "a.txt").write_text(text)


@pytest.fixture(params=["exchanged", "renamed twice"])
def way(request, monkeypatch):
    """With the system's exchange of names, and without."""
    if request.param == "renamed twice":
        monkeypatch.setattr(folders, "_exchange", lambda *_: False)


def in_a_child(function):
    """Runs it in another process; how that ended."""
    pid = os.fork()
    if pid == 0:
        try:
            function()
        finally:
            os._exit(0)
    return os.waitpid(pid, 0)[1]


def test_a_folder_is_replaced_whole(tmp_path, way):
    folder = tmp_path / "deep" / "a"
    write(folder, "first")
    (folder / "old.txt").touch()
    write(folder, "second")
    assert [path.name for path in folder.iterdir()] == ["a.txt"]
    assert (folder / "a.txt").read_text() == "second"
    assert [path.name for path in folder.parent.iterdir()] == ["a"]


def test_what_fails_leaves_the_old_folder(tmp_path, way):
    write(tmp_path / "a", "first")
    with pytest.raises(RuntimeError), atomic_folder(tmp_path / "a") as fresh:
        (fresh / "a.txt").write_text("half")
        raise RuntimeError
    assert (tmp_path / "a" / "a.txt").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_rename_that_fails_leaves_the_old_folder(tmp_path, monkeypatch):
    write(tmp_path / "a", "first")
    monkeypatch.setattr(folders, "_exchange", lambda *_: False)
    rename = type(tmp_path).rename

    def refuse(path, target):
        if path.name == "new":
            raise OSError("no permission")
        return rename(path, target)

    monkeypatch.setattr(type(tmp_path), "rename", refuse)
    with pytest.raises(OSError, match="no permission"):
        write(tmp_path / "a", "second")
    assert (tmp_path / "a" / "a.txt").read_text() == "first"


def test_a_link_stays_a_link(tmp_path):
    write(tmp_path / "disk" / "a", "first")
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "a")
    write(tmp_path / "link", "second")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "disk" / "a" / "a.txt").read_text() == "second"


@POSIX
def test_whoever_looks_finds_the_old_or_the_new(tmp_path):
    folder = tmp_path / "a"
    write(folder, "first")
    pid = os.fork()
    if pid == 0:
        while True:
            write(folder, "second")
    try:
        # A FileNotFoundError would end it
        found = {(folder / "a.txt").read_text() for _ in range(3000)}
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert found <= {"first", "second"}


@POSIX
def test_what_kills_left_is_swept(tmp_path, way):
    folder = tmp_path / "a"
    write(folder, "first")

    def killed():
        with atomic_folder(folder) as fresh:
            (fresh / "a.txt").write_text("half")
            os.kill(os.getpid(), signal.SIGKILL)

    for _ in range(3):
        assert in_a_child(killed) == signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 4
    assert (folder / "a.txt").read_text() == "first"
    write(folder, "second")
    assert (folder / "a.txt").read_text() == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@POSIX
def test_what_is_being_written_is_not_swept(tmp_path):
    def other():
        write(tmp_path / "a", "theirs")

    with atomic_folder(tmp_path / "a") as fresh:
        (fresh / "a.txt").write_text("ours")
        assert in_a_child(other) == 0
        assert (tmp_path / "a" / "a.txt").read_text() == "theirs"
    assert (tmp_path / "a" / "a.txt").read_text() == "ours"


def test_what_looks_otherwise_is_not_swept(tmp_path):
    kept = [".a.backup00", ".a.old", ".b.abcdefgh", "a.abcdefgh"]
    for name in kept:
        (tmp_path / name / "new").mkdir(parents=True)
    (tmp_path / ".a.backup00" / "thesis.tex").touch()
    # What yesterday's killed exports left
    (tmp_path / ".a.abcd_fg1" / "old").mkdir(parents=True)
    (tmp_path / ".a.zzzzzzzz").mkdir()
    write(tmp_path / "a", "first")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*kept, "a"]
    )
