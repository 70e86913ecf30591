import io
import os

import numpy as np
import pytest

from speechbrain_singer.dataio.streams import Spliced, name_of, open_stream


def test_spliced_parts_read_like_the_bytes_that_they_make():
    data = np.random.default_rng(0).bytes(1000)
    pieces = [(10, 100), b"abc", (100, 101), b"", (500, 900), (0, 5)]
    whole = b"".join(
        piece if isinstance(piece, bytes) else data[slice(*piece)]
        for piece in pieces
    )
    spliced = io.BufferedReader(Spliced(io.BytesIO(data), pieces), 64)
    assert spliced.read() == whole
    rng = np.random.default_rng(1)
    for start, count in rng.integers(0, len(whole), (200, 2)):
        spliced.seek(start)
        assert spliced.read(count) == whole[start : start + count]
        assert spliced.tell() == min(start + count, len(whole))
    assert spliced.seek(-3, os.SEEK_END) == len(whole) - 3


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("a.wav", "a.wav"),
        (b"a.wav", "a.wav"),
        (os.fsdecode(b"caf\xe9.wav"), "caf\\udce9.wav"),
        (io.BytesIO(), "the file object"),
        (None, "None"),
    ],
)
def test_names(source, name):
    assert name_of(source) == name


def test_an_open_file_is_called_by_its_name(tmp_path):
    with open(tmp_path / "a.wav", "wb+") as file:
        assert name_of(file) == str(tmp_path / "a.wav")


def test_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.wav").write_bytes(b"la")
    stream, path = open_stream("~/a.wav")
    with stream:
        assert stream.read() == b"la"
    assert path == os.fsencode(tmp_path / "a.wav")
