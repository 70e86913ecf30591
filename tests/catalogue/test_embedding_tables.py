import csv
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from speechbrain_singer.catalogue.tables import (
    EmbeddingTable,
    read_rows,
    read_table,
    write_table,
)

ABOUT = {
    **{"encoder": "./encoder", "sha256": "ab12", "score": "cosine"},
    **{"sample_rate": 44100, "dimension": 3},
}
PATHS = ["b.wav", 'a, "live".wav', "Zoë.wav"]
VALUES = np.float32([[1 / 3, -2e-9, 3], [np.nan] * 3, [0.1, 7e8, -0.0]])
COLUMNS = {
    "error": ["", "a: the file is empty", ""],
    "singer": ["Ann", "", "Zoë"],
}
TABLE = EmbeddingTable(PATHS, VALUES, COLUMNS, ABOUT)


@pytest.mark.parametrize("suffix", ["parquet", "npz", "csv"])
def test_a_table_comes_back_bit_for_bit(suffix, tmp_path):
    path = tmp_path / f"songs.{suffix}"
    write_table(path, TABLE)
    back = read_rows(path)
    assert back.paths == PATHS
    assert back.embeddings.dtype == np.float32
    np.testing.assert_array_equal(back.embeddings, VALUES)
    assert (back.columns, back.about) == (COLUMNS, ABOUT)
    usable = read_table(path)
    assert usable.paths == ["b.wav", "Zoë.wav"]
    np.testing.assert_array_equal(usable.embeddings, VALUES[[0, 2]])
    assert usable.columns == {"singer": ["Ann", "Zoë"]}


def test_what_other_programs_find_in_parquet(tmp_path):
    write_table(tmp_path / "songs.parquet", TABLE)
    read = pa.parquet.read_table(tmp_path / "songs.parquet")
    assert read.column_names == ["path", "embedding", "error", "singer"]
    assert read.schema.field("embedding").type == pa.list_(pa.float32(), 3)
    assert read["path"].to_pylist() == PATHS
    first, none, last = read["embedding"].to_pylist()
    assert (first, none, last) == (VALUES[0].tolist(), None, VALUES[2].tolist())
    assert read["error"].to_pylist() == [None, "a: the file is empty", None]
    assert json.loads(read.schema.metadata[b"speechbrain_singer"]) == ABOUT


def test_what_other_programs_find_in_npz_and_csv(tmp_path):
    write_table(tmp_path / "songs.npz", TABLE)
    arrays = np.load(tmp_path / "songs.npz", allow_pickle=False)
    np.testing.assert_array_equal(arrays["embedding"], VALUES)
    assert arrays["singer"].tolist() == COLUMNS["singer"]
    write_table(tmp_path / "songs.csv", TABLE)
    with open(tmp_path / "songs.csv", encoding="utf-8", newline="") as file:
        head, first, second, _ = csv.reader(file)
    assert head[:4] == ["path", "error", "singer", "about"]
    assert np.float32(first[4:]).tolist() == VALUES[0].tolist()
    assert second[4:] == ["", "", ""]


def test_a_folder_is_one_table_in_the_order_of_its_parts(tmp_path):
    for number, rows in enumerate([[2], [0, 1]]):
        write_table(tmp_path / f"part-{number}.parquet", TABLE.take(rows))
    together = read_rows(tmp_path)
    assert together.paths == [PATHS[2], PATHS[0], PATHS[1]]
    np.testing.assert_array_equal(together.embeddings, VALUES[[2, 0, 1]])
    assert together.columns["singer"] == ["Zoë", "Ann", ""]


def test_a_folder_of_two_encoders_is_refused(tmp_path):
    write_table(tmp_path / "part-0.parquet", TABLE)
    other = EmbeddingTable(PATHS, VALUES, {}, ABOUT | {"sha256": "ff"})
    write_table(tmp_path / "part-1.parquet", other)
    with pytest.raises(ValueError, match=r"part-1\.parquet.*another encoder"):
        read_table(tmp_path)


@pytest.mark.parametrize("suffix", ["parquet", "npz", "csv"])
def test_what_is_damaged_or_foreign_is_named(suffix, tmp_path):
    path = tmp_path / f"songs.{suffix}"
    path.write_bytes(b"PAR1 or PK, and then nothing of the kind")
    with pytest.raises(ValueError, match=rf"songs.{suffix}: .*singer embed"):
        read_table(path)
    path.unlink()
    with pytest.raises(FileNotFoundError, match=f"songs.{suffix}"):
        read_table(path)


def test_parquet_of_others_is_foreign(tmp_path):
    pa.parquet.write_table(pa.table({"path": ["a"]}), tmp_path / "x.parquet")
    with pytest.raises(ValueError, match=r"x\.parquet: no table of embeddings"):
        read_table(tmp_path / "x.parquet")


def test_what_cannot_be_written_is_refused_before(tmp_path):
    with pytest.raises(ValueError, match=r"songs\.txt: must end in \.parquet"):
        write_table(tmp_path / "songs.txt", TABLE)
    taken = EmbeddingTable(["a"], np.eye(1, 3), {"path": ["b"]}, ABOUT)
    with pytest.raises(ValueError, match="the column 'path'"):
        write_table(tmp_path / "songs.npz", taken)
    assert list(tmp_path.iterdir()) == []
