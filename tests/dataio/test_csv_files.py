import pytest

from speechbrain_singer.dataio.csv_files import read_csv


def rows_of(path, data, columns=()):
    path.write_bytes(data)
    return list(read_csv(path, columns))


def test_lines_are_counted_as_an_editor_does(tmp_path):
    data = b'\xef\xbb\xbfa,b\r\n\r\n1,"x\ny"\r\n2,=1+1\r\n'
    assert rows_of(tmp_path / "a.csv", data) == [
        (4, {"a": "1", "b": "x\ny"}),
        (5, {"a": "2", "b": "=1+1"}),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a,a\n1,2\n", "the column 'a' stands twice"),
        (b"b\n1\n", "no column a; it has b"),
        (b"", "no column a; it has none"),
        (b"a\n1\n1,2\n", "line 3: 2 fields, but there are 1 columns"),
        (b"a\n\xff\n", "line 2: not text in UTF-8"),
        (b"a\nx\n\n\xe2\x82", "line 4: not text in UTF-8"),
        (b"a\n1\0\n", "line 2: .* zero byte"),
        (b'a\n"1\n', "line 2: no CSV file"),
        (b'a\n"1"2\n', "line 2: no CSV file"),
        (b"a\n" + b"1" * 140_000, "line 2: no CSV file .*limit"),
        ("a\n1\n".encode("utf-16"), "line 1: not text"),
    ],
)
def test_what_is_broken_is_named(tmp_path, data, said):
    with pytest.raises(ValueError, match=rf"a\.csv(:|,) ?{said}"):
        rows_of(tmp_path / "a.csv", data, ["a"])
