import sys

import pytest

from speechbrain_singer.dataio.notes import write_midi

mido = pytest.importorskip("mido")


def read_back(path):
    """Notes by another reader, in order."""
    pretty_midi = pytest.importorskip("pretty_midi")
    (voice,) = pretty_midi.PrettyMIDI(str(path)).instruments
    assert (voice.program, voice.is_drum) == (53, False)
    return [(note.start, note.end, note.pitch) for note in voice.notes]


@pytest.mark.parametrize(
    "notes",
    [
        [(0.0, 0.25, 60), (0.5, 1.0, 62)],
        # Touching, repeated, and of a lower pitch than that which it ends
        [(0.1, 0.2, 60), (0.2, 0.3, 60), (0.3, 0.4, 58)],
        # An hour, in which roundings do not add up
        [(36.0077 * i, 36.0077 * i + 0.1234, 48 + i % 24) for i in range(99)],
        # Overlapping
        [(0.0, 0.3, 60), (0.2, 0.5, 64)],
        [(1.0, 2.0, 0), (2.0, 3.0, 127)],
    ],
)
def test_notes_are_read_back(tmp_path, notes):
    path = tmp_path / "new" / "a.mid"
    write_midi(path, notes[::-1])
    back = read_back(path)
    assert len(back) == len(notes)
    for note, expected in zip(back, notes, strict=True):
        assert note == pytest.approx(expected, abs=0.5 / 960 + 1e-6)
    assert list(path.parent.iterdir()) == [path]


def test_pitches_are_rounded(tmp_path):
    path = tmp_path / "a.mid"
    write_midi(path, [(0, 1, 60.49), (1, 2, 60.5), (2, 3, 127.9), (3, 4, 61.5)])
    assert [pitch for *_, pitch in read_back(path)] == [60, 61, 127, 62]


def test_the_shortest_note_lasts_for_a_tick(tmp_path):
    path = tmp_path / "a.mid"
    write_midi(path, [(1.0, 1.00001, 60)])
    assert read_back(path) == [pytest.approx((1.0, 1 + 1 / 960, 60))]


def test_no_notes_are_a_file_without(tmp_path):
    write_midi(tmp_path / "a.mid", [])
    kinds = [message.type for message in mido.MidiFile(tmp_path / "a.mid")]
    assert kinds == ["set_tempo", "program_change", "end_of_track"]


def test_a_note_that_cannot_be_leaves_the_former_file(tmp_path):
    path = tmp_path / "a.mid"
    write_midi(path, [(0, 1, 60)])
    former = path.read_bytes()
    with pytest.raises(ValueError, match=r"a\.mid: note 2, .*: ends before"):
        write_midi(path, [(0, 1, 60), (2, 1, 60)])
    assert path.read_bytes() == former


def test_without_mido(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mido", None)
    with pytest.raises(ImportError, match=r"mido .*singer\[notes\]"):
        write_midi(tmp_path / "a.mid", [])
    assert not any(tmp_path.iterdir())
