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
    with pytest.raises(ValueError, match=r"a\.csv, line 3: stop is '1\.5'"):
        read_manifest(tmp_path / "a.csv")


def test_a_missing_manifest_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"a\.csv: no such manifest"):
        read_manifest(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"duration": "nan"}, "duration nan is no length"),
        ({"duration": "inf"}, "duration inf is no length"),
        ({"duration": -1.25}, "duration -1.25 is no"),
        ({"duration": 0}, "duration 0.0 is no"),
        ({"sample_rate": 0}, "sample_rate 0 is not one of audio"),
        ({"sample_rate": -44100}, "sample_rate -44100"),
        ({"sample_rate": 12_000_000}, "sample_rate 12000000"),
        ({"sample_rate": "44_100"}, "sample_rate is '44_100'"),
        ({"start": -10}, "start -10 and stop 55135"),
        ({"start": 55135}, "start 55135 and stop 55135"),
        ({"stop": 0}, "start 10 and stop 0"),
        ({"stop": 10**30}, "no stretch of frames"),
        ({"stop": "9" * 5000}, "stop is '99999"),
        ({"peak": "nan"}, "peak nan"),
        ({"peak": "inf"}, "peak inf"),
        ({"peak": 1e30}, r"peak 1e\+30"),
        ({"duration": 1e30}, r"duration 1e\+30 is no length"),
        ({"peak": -0.5}, "peak -0.5"),
        ({"peak": ""}, "peak is ''"),
        ({"wav": ""}, "wav is empty"),
        ({"ID": ""}, "ID is empty"),
        ({"ID": "a"}, "the ID 'a' stands in line 2 too"),
        ({"singer": "A\0nn"}, "zero byte"),
        ({"song": "x" * 200_000}, "no CSV file .*larger"),
    ],
)
def test_what_cannot_be_is_named_with_its_line(tmp_path, change, said):
    path = tmp_path / "a.csv"
    write_manifest(path, [ROW | {"ID": "a"}, ROW | {"ID": "b"} | change])
    with pytest.raises(ValueError, match=rf"a\.csv, line 3: .*{said}"):
        read_manifest(path)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: data + b"b,1\n", "line 3: 2 fields, but there are 9"),
        (lambda data: data[:-1] + b",surplus\n", "line 2: 10 fields"),
        (lambda data: data.replace(b"Ann", b"\xe4nn"), "line 2: not .* UTF-8"),
        (lambda data: data[:-20], "line 2: .* fields"),
        (lambda data: data + b'"b,1', "line 3: no CSV file"),
        (lambda data: data.replace(b"peak", b"song", 1), "no column peak"),
        (lambda data: data.replace(b"peak", b"peak,song", 1), "'song' stands"),
        (lambda data: b"", "no column ID.*it has none"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, damage, said):
    path = tmp_path / "a.csv"
    write_manifest(path, [ROW])
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=rf"a\.csv(:|,) .*{said}"):
        read_manifest(path)


def test_what_other_programs_write(tmp_path):
    write_manifest(tmp_path / "a.csv", [ROW])
    text = (tmp_path / "a.csv").read_text().replace("\n", "\r\n")
    (tmp_path / "b.csv").write_bytes(f"\ufeff{text}\r\n".encode())
    assert read_manifest(tmp_path / "b.csv") == [ROW]


def test_singers_have_one_name_and_files_keep_theirs(tmp_path):
    there = {"singer": "Zoe\u0308", "song": "e\u0301", "wav": "/Zoe\u0308.wav"}
    write_manifest(tmp_path / "a.csv", [ROW | there])
    (row,) = read_manifest(tmp_path / "a.csv")
    assert (row["singer"], row["song"]) == ("Zo\u00eb", "\u00e9")
    assert row["wav"] == there["wav"]
