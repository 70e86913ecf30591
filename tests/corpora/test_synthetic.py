"""The embedded corpus on disk: complete, repeatable, and nobody else's."""

import json
from collections import defaultdict
from pathlib import Path

import pytest
import soundfile

from speechbrain_singer.corpora import synthetic
from speechbrain_singer.corpora.synthetic import list_recordings

SMALL = {"singers": 4, "songs_per_singer": 2, "seconds": 1.0, "seed": 5}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "synthetic"
    return folder, list_recordings(folder, **SMALL)


def test_the_tree_holds_what_the_list_says(corpus):
    folder, recordings = corpus
    files = {str(p) for p in folder.rglob("*") if p.is_file()}
    expected = {row["path"] for row in recordings}
    assert files == expected | {str(folder / synthetic.PARAMETERS_FILE)}
    for row in recordings:
        name = f"{row['singer']}/{row['singer']}_{row['song']}.wav"
        assert row["path"] == str(folder / name)
        info = soundfile.info(row["path"])
        assert (info.samplerate, info.channels, info.frames) == (
            44100,
            1,
            44100,
        )
        assert (info.format, info.subtype) == ("WAV", "PCM_16")


def test_rows_are_strings_and_notes_and_sexes_take_turns(corpus):
    _, recordings = corpus
    assert len(recordings) == 8
    keys = {"path", "singer", "song", "sex", "register"}
    for row in recordings:
        assert set(row) == {*keys, "notes"}
        assert all(type(row[key]) is str for key in keys)
        assert row["notes"]
        for note in row["notes"]:
            assert list(map(type, note)) == [float] * 3
    sexes = {row["singer"]: row["sex"] for row in recordings}
    assert list(sexes.values()) == ["female", "male"] * 2


def test_songs_are_shared_and_singers_sing_unlike_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(synthetic, "synthesise_files", lambda *_: None)
    recordings = list_recordings(tmp_path / "corpus")
    assert len({row["path"] for row in recordings}) == 600
    singers_of, songs_of = defaultdict(set), defaultdict(set)
    for row in recordings:
        singers_of[row["song"]].add(row["singer"])
        songs_of[row["singer"]].add(row["song"])
    assert len(singers_of) == synthetic.REPERTOIRE
    assert min(len(singers) for singers in singers_of.values()) >= 5
    assert {len(songs) for songs in songs_of.values()} == {6}
    assert len({frozenset(songs) for songs in songs_of.values()}) > 95


def test_what_is_there_is_kept_and_what_is_missing_comes_back(corpus):
    folder, recordings = corpus
    first, second = (Path(row["path"]) for row in recordings[:2])
    samples, kept = first.read_bytes(), second.stat().st_mtime_ns
    first.unlink()
    assert list_recordings(folder, **SMALL) == recordings
    assert first.read_bytes() == samples
    assert second.stat().st_mtime_ns == kept


def test_two_runs_at_once_make_one_corpus(corpus, tmp_path, monkeypatch):
    folder, recordings = corpus
    write, to_come = soundfile.write, [tmp_path / "both"]

    def write_beside_another(path, *others, **options):
        write(path, *others, **options)
        # The other run writes everything while this one is at its first file
        if to_come:
            list_recordings(to_come.pop(), **SMALL)

    monkeypatch.setattr(soundfile, "write", write_beside_another)
    list_recordings(tmp_path / "both", **SMALL)
    names = {p.relative_to(folder) for p in folder.rglob("*")}
    both = tmp_path / "both"
    assert {p.relative_to(both) for p in both.rglob("*")} == names
    for row in recordings:
        path = Path(row["path"])
        assert (both / path.relative_to(folder)).read_bytes() == (
            path.read_bytes()
        )


def test_a_run_may_come_while_another_claims_the_folder(tmp_path, monkeypatch):
    folder = tmp_path / "both"
    replace, to_come = synthetic.Path.replace, [folder, folder]

    def replace_beside_another(temporary, target):
        if to_come and target.name == synthetic.PARAMETERS_FILE:
            list_recordings(to_come.pop(), **SMALL)
        return replace(temporary, target)

    monkeypatch.setattr(Path, "replace", replace_beside_another)
    assert len(list_recordings(folder, **SMALL)) == 8
    assert not to_come


def test_a_run_killed_while_writing_leaves_no_wav(tmp_path, monkeypatch):
    def die(path, *_, **__):
        Path(path).write_bytes(b"RIFF")
        raise KeyboardInterrupt

    monkeypatch.setattr(soundfile, "write", die)
    with pytest.raises(KeyboardInterrupt):
        list_recordings(tmp_path / "corpus", **SMALL)
    assert not list(tmp_path.rglob("*.wav"))


def test_other_parameters_are_refused(corpus):
    folder, _ = corpus
    with pytest.raises(ValueError, match=r"seed=5 there, 6 asked.*delete"):
        list_recordings(folder, **{**SMALL, "seed": 6})


def test_an_older_version_is_refused(tmp_path):
    folder = tmp_path / "corpus"
    list_recordings(folder, **SMALL)
    note = folder / synthetic.PARAMETERS_FILE
    note.write_text(json.dumps({**json.loads(note.read_text()), "version": 0}))
    with pytest.raises(ValueError, match="version=0 there"):
        list_recordings(folder, **SMALL)


def test_a_damaged_note_says_what_to_do(tmp_path):
    (tmp_path / synthetic.PARAMETERS_FILE).write_text("{")
    with pytest.raises(ValueError, match="delete the folder"):
        list_recordings(tmp_path, **SMALL)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "holiday.wav").write_bytes(b"")
    with pytest.raises(ValueError, match="new or empty data_folder"):
        list_recordings(tmp_path, **SMALL)
    assert [p.name for p in tmp_path.iterdir()] == ["holiday.wav"]


@pytest.mark.parametrize(
    "bad",
    [{"singers": 0}, {"songs_per_singer": 41}, {"seconds": 0.5}, {"seed": -1}],
)
def test_parameters_out_of_range_are_named(tmp_path, bad):
    (name,) = bad
    with pytest.raises(ValueError, match=f"{name} is {bad[name]}"):
        list_recordings(tmp_path / "corpus", **{**SMALL, **bad})
    assert not (tmp_path / "corpus").exists()
