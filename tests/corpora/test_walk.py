"""No link takes a singer away, and nothing vanishes without a word."""

import os

import pytest

from speechbrain_singer.corpora.walk import Walk


@pytest.fixture
def make(tmp_path):
    """Makes files (None) and links (their targets) below tmp_path."""

    def made(**things):
        for name, target in things.items():
            path = tmp_path / name.replace("__", "/")
            path = path.with_name(path.name.replace("_", "."))
            path.parent.mkdir(parents=True, exist_ok=True)
            if target is None:
                path.touch()
            else:
                path.symlink_to(target)

    return made


@pytest.fixture
def walked(tmp_path):
    """The wanted files of `tree`, and the reasons of what is skipped."""

    def found(folder="tree"):
        root = tmp_path / folder
        walk = Walk(root, {".wav"})
        names = {row["path"]: row["reason"] for row in walk.skipped}
        files = sorted(path.relative_to(root).as_posix() for path in walk.files)
        return files, {
            os.path.relpath(path, root): reason.replace(str(tmp_path), "")
            for path, reason in names.items()
        }

    return found


def test_a_link_into_the_tree_takes_nothing_away(make, walked):
    """Whatever the names are, the folder itself has its files."""
    make(tree__b__1_wav=None, tree__a="b", tree__c="b", tree__b__2_wav="1.wav")
    files, skipped = walked()
    assert files == ["b/1.wav"]
    here = "a link to what is here already: /tree/b"
    assert skipped == {"a": here, "c": here, "b/2.wav": f"{here}/1.wav"}


def test_links_to_one_singer_go_before_those_to_all(make, walked):
    make(store__x__1_wav=None, store__y__1_wav=None, store__one_wav=None)
    make(tree__all="../store", tree__ann="../store/x")
    make(tree__cid__a_wav="../../store/one.wav")
    files, skipped = walked()
    assert files == ["all/y/1.wav", "ann/1.wav", "cid/a.wav"]
    assert skipped == {
        "all/x": "a link to what is here already: /tree/ann",
        "all/one.wav": "a link to what is here already: /tree/cid/a.wav",
    }


def test_singers_that_are_links_keep_their_names(make, walked):
    make(store__x__1_wav=None, store__y__sub__2_wav=None, store__one_wav=None)
    make(tree__ann="../store/x", tree__bob="../store/y", tree__dan="../store/x")
    make(tree__cid__a_wav="../../store/one.wav")
    make(tree__cid__b_wav="../../store/one.wav")
    files, skipped = walked()
    assert files == ["ann/1.wav", "bob/sub/2.wav", "cid/a.wav"]
    assert skipped == {
        "dan": "a link to what is here already: /tree/ann",
        "cid/b.wav": "a link to what is here already: /tree/cid/a.wav",
    }


def test_a_store_inside_the_tree(tmp_path, walked):
    """As git-annex, DVC and the caches of hubs lay out a corpus."""
    (tmp_path / "tree" / ".store").mkdir(parents=True)
    (tmp_path / "tree" / "ann").mkdir()
    (tmp_path / "tree" / ".store" / "0a1b").touch()
    (tmp_path / "tree" / "ann" / "a.wav").symlink_to("../.store/0a1b")
    assert walked() == (["ann/a.wav"], {})


def test_loops_end(make, walked, tmp_path):
    make(tree__a__1_wav=None, tree__a__up="..", tree__a__high="../..")
    make(tree__self="self", tree__a__root="/", outside__in="../tree")
    make(tree__out="../outside", outside__to="../outside/in/a")
    files, skipped = walked()
    assert files == ["a/1.wav"]
    assert skipped["a/up"] == "a link to what is here already: /tree"
    assert skipped["a/high"] == "a link to a folder above: "
    assert skipped["a/root"] == "a link to a folder above: /"
    assert "broken link: to self" in skipped["self"]
    assert set(skipped) == {*("a/up", "a/high", "a/root", "self")} | {
        *("out/in", "out/to")
    }


def test_dead_links_are_listed(make, walked):
    make(tree__a_wav="gone.wav", tree__ann="/gone/ann", tree__b_wav=None)
    files, skipped = walked()
    assert files == ["b.wav"]
    assert skipped["ann"].startswith("broken link: to /gone/ann (No such")
    assert skipped["a.wav"].startswith("broken link: to gone.wav (No such")


def test_a_folder_that_may_not_be_listed(make, walked, tmp_path, monkeypatch):
    """Simulated, as the superuser may list everything."""
    make(tree__ann__1_wav=None, tree__bob__1_wav=None)
    scandir = os.scandir

    def guarded(path):
        if os.path.basename(path) == "ann":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    files, skipped = walked()
    assert files == ["bob/1.wav"]
    said = "folder cannot be listed: Permission denied; mend its permissions"
    assert skipped == {"ann": said}


def test_a_pipe_is_not_waited_for(tmp_path, walked):
    (tmp_path / "tree").mkdir()
    os.mkfifo(tmp_path / "tree" / "a.wav")
    (tmp_path / "tree" / "b.wav").symlink_to("a.wav")
    files, skipped = walked()
    assert files == [] and set(skipped) == {"a.wav", "b.wav"}
    assert "not a file" in skipped["a.wav"]


def test_a_root_that_is_a_link(make, walked):
    make(store__x__1_wav=None, tree="store")
    assert walked() == (["x/1.wav"], {})
