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


def test_a_name_as_long_as_names_can_be(tmp_path):
    for text in ("first", "second"):
        write(tmp_path / (255 * "a"), text)
        assert (tmp_path / (255 * "a") / "a.txt").read_text() == text
    assert len(list(tmp_path.iterdir())) == 1


def test_two_who_make_it_first(tmp_path, way, monkeypatch):
    exists = type(tmp_path).exists

    def just_before(path):
        found = exists(path)
        if path.name == "a" and not found:
            path.mkdir()
            (path / "theirs").touch()
        return found

    monkeypatch.setattr(type(tmp_path), "exists", just_before)
    write(tmp_path / "a", "ours")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["a.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@POSIX
def test_two_writers_sweep_nothing_that_is_just_begun(tmp_path):
    child = os.fork()
    if child == 0:
        while True:
            write(tmp_path / "a", "theirs")
    try:
        for _ in range(100):
            write(tmp_path / "a", "ours")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert (tmp_path / "a" / "a.txt").read_text() in {"ours", "theirs"}


@pytest.mark.parametrize("moment", ["before its lock", "with its lock"])
def test_what_is_swept_before_it_is_marked_is_begun_anew(
    tmp_path, monkeypatch, moment
):
    made = []
    mkdtemp, mark_alive = folders.tempfile.mkdtemp, folders.mark_alive

    def make(**options):
        made.append(mkdtemp(**options))
        if moment == "before its lock" and len(made) == 1:
            folders._sweep(tmp_path / "a")
        return made[-1]

    def mark(lock):
        if moment == "with its lock" and len(made) == 1:
            folders._sweep(tmp_path / "a")
        return mark_alive(lock)

    monkeypatch.setattr(folders.tempfile, "mkdtemp", make)
    monkeypatch.setattr(folders, "mark_alive", mark)
    write(tmp_path / "a", "whole")
    assert (tmp_path / "a" / "a.txt").read_text() == "whole"
    assert len(made) == 2 and len(list(tmp_path.iterdir())) == 1
