import pytest
from speechbrain.dataio.dataset import DynamicItemDataset

from speechbrain_singer.dataio.manifest import read_manifest, write_manifest

ROW = {
    "ID": "Ann/é, 1",
    "duration": 1.25,
    "wav": '/audio/Ann/"é", 1.wav',
    "start": 10,
    "stop": 55135,
    "sample_rate": 44100,
    "singer": "Ann",
    "song": "é, 1",
    "peak": 0.03125,
}


def test_rows_come_back_as_they_went(tmp_path):
    rows = [ROW, ROW | {"ID": "b", "sex": "female"}]
    write_manifest(tmp_path / "a.csv", rows)
    assert read_manifest(tmp_path / "a.csv") == [ROW | {"sex": ""}, rows[1]]


def test_speechbrain_reads_it(tmp_path):
    write_manifest(tmp_path / "a.csv", [ROW])
    dataset = DynamicItemDataset.from_csv(
        tmp_path / "a.csv", output_keys=["id", "wav", "duration", "song"]
    )
    assert dataset[0] == {
        "id": ROW["ID"],
        "wav": ROW["wav"],
        "duration": 1.25,
        "song": "é, 1",
    }


def test_a_missing_column_is_named(tmp_path):
    (tmp_path / "a.csv").write_text("ID,duration,wav,start\na,1,a.wav,0\n")
    with pytest.raises(ValueError) as caught:
        read_manifest(tmp_path / "a.csv")
    assert "a.csv: no column stop, sample_rate, singer" in str(caught.value)
    assert "it has ID, duration, wav, start" in str(caught.value)


def test_what_is_no_number_is_named(tmp_path):
    write_manifest(tmp_path / "a.csv", [ROW, ROW | {"stop": "1.5"}])
    with pytest.raises(ValueError, match=r"a\.csv, line 3: .*int.*'1\.5'"):
        read_manifest(tmp_path / "a.csv")


def test_a_missing_manifest_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"a\.csv: no such manifest"):
        read_manifest(tmp_path / "a.csv")
