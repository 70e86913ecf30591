from types import SimpleNamespace

import pytest
from replicas.multivox import AGUACERO, MAMAINES, build

from speechbrain_singer.corpora.multivox import list_recordings, rows_of


class Position(SimpleNamespace):
    """As mirdata's loader has it."""

    def is_empty_position(self):
        return self.facing_direction is None


def position(gender="F", role="S", facing="C", circle=6):
    return Position(
        gender=gender,
        role=role,
        facing_direction=facing,
        locations_at_circle=circle,
    )


@pytest.fixture
def dataset(tmp_path):
    """A performance, as mirdata's loader hands it out."""
    mixture = tmp_path / "audio_ORTF_L_Song1_X.wav"
    mixture.touch()
    places = {
        "S1": position("M"),
        "S2": position(role="N"),
        "S3": position(gender=None),
        "S4": position(facing=None),
        "Sinstructor": position(circle=None),
    }
    track = SimpleNamespace(
        audio_ortf_l_path=str(mixture),
        song="X",
        singing_group="Choir",
        recording_space="Auditorium",
        condition="C2",
        near_field_recordings={name: f"{name}.wav" for name in places},
        singer_positions=places,
    )
    return SimpleNamespace(load_tracks=lambda: {"X": track})


def test_a_singer_has_a_place_and_no_name(dataset, tmp_path):
    row = next(iter(rows_of(dataset)))
    assert row == {
        "path": "S1.wav",
        "singer": "",
        "song": "X",
        "group": "Choir",
        "room": "Auditorium",
        "condition": "C2",
        "mixture": str(tmp_path / "audio_ORTF_L_Song1_X.wav"),
        "place": "S1",
        "sex": "male",
    }


def test_who_does_not_sing_is_no_singer(dataset):
    reasons = [row.get("reason") for row in rows_of(dataset)]
    assert reasons == [
        None,
        "silent: does not sing here",
        None,
        "nobody stands there",
        "not in the circle: the instructor",
    ]


def test_a_mixture_that_is_not_there_is_left_out(dataset, tmp_path):
    (tmp_path / "audio_ORTF_L_Song1_X.wav").unlink()
    row = list(rows_of(dataset))[2]
    assert "mixture" not in row
    assert row["sex"] == ""


def test_mirdata_reads_two_performances(tmp_path, caplog):
    caplog.set_level("WARNING")
    build(tmp_path)
    rows = list_recordings(tmp_path)
    assert len(rows) == 12
    assert [row["path"].count(MAMAINES) for row in rows].count(1) == 7
    assert [row["path"].count(AGUACERO) for row in rows].count(1) == 5
    silent = [row["path"] for row in rows if "reason" in row]
    assert [path.rsplit("/", 1)[1].split("_")[0] for path in silent] == [
        "S4",
        "Sinstructor",
    ]
    assert caplog.messages == []
