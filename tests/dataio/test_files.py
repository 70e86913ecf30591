import os

import pytest

from speechbrain_singer.dataio.files import atomic_open, atomic_path


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
