import os

import pytest

from speechbrain_singer.trials.recording_names import RecordingNames

WHOLE = [
    {"ID": "ann/é 1.wav", "wav": "/audio/ann/é 1.wav"},
    {"ID": "ann/b.flac", "wav": "/audio/ann/b.flac"},
    {"ID": "bob/b.flac", "wav": "/audio/bob/b.flac"},
]
CLIPS = [
    row | {"ID": f"{row['ID']}#{k}", "recording": row["ID"]}
    for row in WHOLE
    for k in range(12)
]


@pytest.mark.parametrize(
    "name",
    [
        "ann/b.flac",
        "ann/b",
        "/audio/ann/b.flac",
        "/audio/ann/b",
        "../ann/b.flac",
        "../ann/b",
        "./ann/b.flac",
        " ann//b.flac ",
        '"ann/b"',
    ],
)
def test_names_of_a_recording(name):
    assert RecordingNames(WHOLE, "/audio/bob").find(name) == 1


@pytest.mark.parametrize(
    "name", ["ann/b.flac#3", "ann/b#3", "/audio/ann/b.flac#3", "../ann/b#3"]
)
def test_names_of_a_clip(name):
    assert RecordingNames(CLIPS, "/audio/bob").find(name) == 12 + 3


@pytest.mark.parametrize("name", ["b", "nn/b", "ann", "ann/b.wav", "", "é 1"])
def test_nothing_is_guessed(name):
    assert RecordingNames(WHOLE).find(name) is None
    assert RecordingNames(CLIPS).find(f"{name}#1") is None


def test_a_relative_path_in_the_manifest():
    names = RecordingNames([{"ID": "1", "wav": "audio/a.wav"}], "audio")
    for name in ("a.wav", "audio/a", os.path.abspath("audio/a.wav")):
        assert names.find(name) == 0


def test_what_several_share_finds_none():
    rows = [{"ID": f"a.{e}", "wav": f"/x/a.{e}"} for e in ("wav", "flac", "au")]
    names = RecordingNames(rows)
    assert names.find("a.flac") == 1
    assert names.find("a") is None
    assert "3 recordings, such as 'a.wav' and 'a.flac'" in names.explain("a")
    assert "3 recordings" in names.explain("./a")


def test_clips_of_several_recordings_are_counted_as_these():
    rows = [
        {"ID": f"a.{e}#{k}", "recording": f"a.{e}", "wav": f"/x/a.{e}"}
        for e in ("wav", "flac")
        for k in range(7)
    ]
    said = RecordingNames(rows).explain("a")
    assert "2 recordings, such as 'a.wav#0' and 'a.flac#0'" in said


def test_both_forms_of_unicode_find_a_recording():
    composed, decomposed = "ann/\u00e9", "ann/e\u0301"
    for there in (composed, decomposed):
        rows = [{"ID": f"{there}.wav", "wav": f"/x/{there}.wav"}]
        names = RecordingNames(rows)
        for name in (composed, decomposed):
            for written in (name, f"{name}.wav", f"/x/{name}", f"./{name}"):
                assert names.find(written) == 0
    rows = [{"ID": f"{n}.wav"} for n in (composed, decomposed)]
    assert RecordingNames(rows).find(f"{composed}.wav") == 0
    assert RecordingNames(rows).find(f"{decomposed}.wav") == 1


def test_a_name_with_a_back_slash_goes_before_a_path_of_windows():
    rows = [{"ID": "a\\b"}, {"ID": "a/b"}, {"ID": "c/d"}]
    names = RecordingNames(rows)
    assert [names.find(n) for n in ("a\\b", "a/b", "c\\d")] == [0, 1, 2]
    assert "back-slashes does not help" in names.explain("C:\\x")


def test_an_id_goes_before_a_path_and_that_before_a_name_without_ending():
    rows = [
        {"ID": "b.wav", "wav": "/x/a.wav"},
        {"ID": "a.wav", "wav": "/x/b.wav"},
        {"ID": "a", "wav": "/x/c.wav"},
    ]
    names = RecordingNames(rows, "/x")
    assert [names.find(name) for name in ("a.wav", "a", "c")] == [1, 2, 2]


def test_stretches_of_one_file_are_told_apart_by_id():
    rows = [{"ID": f"take{k}", "wav": "/x/session.wav"} for k in (1, 2)]
    names = RecordingNames(rows, "/x")
    assert names.find("take2") == 1
    assert names.find("session.wav") is None


def test_numbers_at_the_end_of_names_are_no_clips():
    rows = [{"ID": "take#3", "wav": "/x/take.wav", "recording": "take#3"}]
    assert RecordingNames(rows, "/x").find("take.wav") == 0


def test_what_was_cut_is_explained():
    names = RecordingNames(CLIPS)
    assert "cut into clips" in names.explain("ann/b.flac")
    assert "cut into clips" not in names.explain("ann/c.flac")


def test_what_is_unknown_is_explained():
    assert "such as 'ann/é 1.wav'" in RecordingNames(WHOLE).explain("c")
    assert "'c' is no recording" in RecordingNames([]).explain("c")
