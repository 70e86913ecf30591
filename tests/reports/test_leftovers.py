import pytest

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.reports.leftovers import replacing


@pytest.fixture
def folder(tmp_path):
    for name in ("a.png", "b.png", "c.png", "list.txt", "mine.csv"):
        (tmp_path / name).write_text("old")
    return tmp_path


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_is_not_written_anew_goes(folder):
    with replacing(folder, ["*.png", "*.txt"], keep=folder / "list.txt"):
        with atomic_open(folder / "a.png") as file:
            file.write("old")  # the same, but written
        (folder / "b.png").write_text("new")
        (folder / "d.png").write_text("new")
        assert (folder / "c.png").exists()
    assert names_in(folder) == [
        *("a.png", "b.png", "d.png", "list.txt", "mine.csv"),
    ]


def test_nothing_goes_where_something_fails(folder):
    before = names_in(folder)
    with pytest.raises(OSError), replacing(folder, ["*"]):
        raise OSError("full")
    assert names_in(folder) == before
