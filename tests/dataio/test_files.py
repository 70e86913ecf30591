import os

import pytest

from speechbrain_singer.dataio.files import atomic_open


def test_a_failure_leaves_the_former_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("former")
    with pytest.raises(KeyboardInterrupt), atomic_open(path) as file:
        file.write("half of")
        file.flush()
        raise KeyboardInterrupt
    assert path.read_text() == "former"
    assert os.listdir(tmp_path) == ["a.csv"]
