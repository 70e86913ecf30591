import pytest

from speechbrain_singer.segments.turns import Turn, write_rttm

TURNS = [Turn(0.0, 1.25, "1"), Turn(1.25, 3.5, "Ann Lee"), Turn(4, 5, "1")]


def test_rttm_is_what_pyannote_reads(tmp_path):
    util = pytest.importorskip("pyannote.database.util")
    write_rttm(tmp_path / "duet.rttm", TURNS, "a duet")
    (name, read), *others = util.load_rttm(tmp_path / "duet.rttm").items()
    assert (name, others) == ("a_duet", [])
    found = [
        (segment.start, segment.end, label)
        for segment, _, label in read.itertracks(yield_label=True)
    ]
    assert found == [(0, 1.25, "1"), (1.25, 3.5, "Ann_Lee"), (4, 5, "1")]


def test_a_name_is_one_field(tmp_path):
    write_rttm(tmp_path / "a.rttm", [Turn(0, 1, " ")], "\t")
    (line,) = (tmp_path / "a.rttm").read_text().splitlines()
    assert line.split(" ") == (
        "SPEAKER _ 1 0.000 1.000 <NA> <NA> _ <NA> <NA>".split(" ")
    )
