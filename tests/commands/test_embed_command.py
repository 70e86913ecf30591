import json

import numpy as np
import pytest

from speechbrain_singer.inference.encoder import SingerEncoder


def test_a_table_of_files(singer, folder, voices, tmp_path):
    target = tmp_path / "songs.npz"
    options = "--to", target, "--encoder", folder
    ended = singer("embed", *voices, *options)
    assert ended.code == 0
    assert ended.out == f"{target}: 3 recordings embedded\n"
    table = np.load(target)
    assert table["path"].tolist() == [str(path) for path in voices]
    first = SingerEncoder.from_hparams(folder).encode_file(voices[0])
    np.testing.assert_allclose(table["embedding"][0], first, atol=1e-5)


def test_a_bad_file_is_reported(singer, folder, voices, tmp_path):
    voices[1].write_bytes(b"")
    target = tmp_path / "songs.csv"
    options = "--to", target, "--encoder", folder, "--json"
    ended = singer("embed", tmp_path / "*.wav", *options)
    assert ended.code == 3
    assert json.loads(ended.out) == {
        **{"table": str(target), "embedded": 2, "failed": 1}
    }
    again = singer("embed", tmp_path / "*.wav", *options)
    assert (again.code, json.loads(again.out)["embedded"]) == (3, 0)


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("none.wav", "--to", "songs.npz"), "none.wav: no such file"),
        (("a.wav", "--to", "songs.txt"), "songs.txt: must end in .parquet"),
        (("a.wav", "--to", "x.npz", "--workers", -1), "workers: -1"),
    ],
)
def test_what_cannot_be_done_is_refused(
    arguments, said, singer, voices, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    ended = singer("embed", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert {path.suffix for path in tmp_path.iterdir()} == {".wav"}
