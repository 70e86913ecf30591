import csv
import math
import os

import numpy as np
import pytest
import soundfile
from speechbrain.dataio.dataset import DynamicItemDataset

from speechbrain_singer.corpora import Corpus, corpus
from speechbrain_singer.dataio.folds import Folds, FoldSplit
from speechbrain_singer.dataio.manifest import COLUMNS, read_manifest
from speechbrain_singer.dataio.splits import Split


def prepare(name, data_folder, manifest_folder, **settings):
    return Corpus(name, data_folder, manifest_folder, **settings).prepare()


def write_tone(path, seconds=0.5, rate=44100):
    """A modulated tone of peak 0.5."""
    path.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(round(seconds * rate)) / rate
    tone = np.sin(440 * np.pi * time) * (0.8 + 0.2 * np.sin(30 * time))
    soundfile.write(path, 0.5 * tone, rate)


@pytest.fixture
def tree(tmp_path):
    """Eight singers, two songs each, of the same names."""
    for singer in "ABCDEFGH":
        for song in ("one", "two"):
            write_tone(tmp_path / "audio" / singer / f"{song}.wav")
    return tmp_path / "audio"


@pytest.fixture
def probed(monkeypatch):
    """How many files each probing looked at."""
    counts = []
    probe_recordings = corpus.probe_recordings

    def counting(recordings, *rest):
        counts.append(len(recordings))
        return probe_recordings(recordings, *rest)

    monkeypatch.setattr(corpus, "probe_recordings", counting)
    return counts


def test_every_recording_has_a_row(tree, tmp_path):
    paths = prepare("folder", tree, tmp_path / "save")
    rows = read_manifest(paths.manifest)
    assert len(rows) == 16
    assert len({row["ID"] for row in rows}) == 16
    row = next(row for row in rows if row["ID"] == "C/two.wav")
    assert row.pop("peak") == pytest.approx(0.5, abs=1e-3)
    assert row == {
        "ID": "C/two.wav",
        "duration": 0.5,
        "wav": str(tree / "C" / "two.wav"),
        "start": 0,
        "stop": 22050,
        "sample_rate": 44100,
        "singer": "C",
        "song": "two",
    }


def test_parts_share_no_singer_and_lose_nobody(tree, tmp_path):
    paths = prepare("folder", tree, tmp_path / "save")
    parts = [read_manifest(p) for p in (paths.train, paths.valid, paths.test)]
    singers = [{row["singer"] for row in part} for part in parts]
    assert [len(group) for group in singers] == [4, 2, 2]
    assert set.union(*singers) == set("ABCDEFGH")
    assert sum(len(part) for part in parts) == 16


def test_one_round_of_a_cross_validation(tmp_path):
    for singer in "AB":
        for song in range(4):
            write_tone(tmp_path / "audio" / singer / f"{song}.wav")
    folds = Folds(count=4, path=tmp_path / "folds.csv")
    tested = []
    for fold in range(4):
        split = FoldSplit(folds, fold)
        save = tmp_path / str(fold)
        paths = prepare("folder", tmp_path / "audio", save, split=split)
        parts = paths.train, paths.valid, paths.test
        train, valid, test = map(read_manifest, parts)
        assert (len(train), len(valid), len(test)) == (4, 2, 2)
        for part in (train, valid, test):
            assert {row["singer"] for row in part} == {"A", "B"}
        tested += [row["ID"] for row in test]
    assert len(set(tested)) == len(tested) == 8


def test_folds_that_were_changed_are_noticed(tree, tmp_path, probed):
    kept = tmp_path / "folds.csv"
    split = FoldSplit(Folds(count=4, by="singer", path=kept), 1)
    for _ in range(2):
        paths = prepare("folder", tree, tmp_path / "save", split=split)
    assert probed == [16]
    tested = {row["singer"] for row in read_manifest(paths.test)}
    lines = kept.read_text().splitlines()
    turned = [f"{line[:-1]}{(int(line[-1]) + 1) % 4}" for line in lines[1:]]
    kept.write_text("\n".join([lines[0], *turned]))
    prepare("folder", tree, tmp_path / "save", split=split)
    assert probed == [16, 16]
    now = {row["singer"] for row in read_manifest(paths.test)}
    assert len(now) == 2 and not now & tested


def test_speechbrain_reads_it(tree, tmp_path):
    paths = prepare("folder", tree, tmp_path / "save")
    dataset = DynamicItemDataset.from_csv(
        paths.train,
        replacements={"data_root": str(tree)},
        output_keys=["id", "wav", "duration", "singer"],
    )
    assert len(dataset) == 8
    for item in dataset:
        assert item["id"].startswith(item["singer"])
        assert os.path.isfile(item["wav"])
        assert item["duration"] == 0.5


def test_a_corpus_adds_its_columns(tmp_path):
    for actor in ("01", "02", "03", "04", "05", "06"):
        name = f"03-02-05-02-01-01-{actor}.wav"
        write_tone(tmp_path / "audio" / f"Actor_{actor}" / name)
    paths = prepare("ravdess_song", tmp_path / "audio", tmp_path / "save")
    rows = read_manifest(paths.manifest)
    assert list(rows[0]) == [
        *COLUMNS,
        "emotion",
        "intensity",
        *(
            "repetition",
            "sex",
        ),
    ]
    assert {row["emotion"] for row in rows} == {"angry"}
    for part in (paths.train, paths.valid, paths.test):
        sexes = [row["sex"] for row in read_manifest(part)]
        assert sorted(sexes) == ["female", "male"]


def test_the_second_time_nothing_is_probed(tree, tmp_path, probed):
    first = prepare("folder", tree, tmp_path / "save")
    states = [os.stat(path) for path in first]
    assert prepare("folder", tree, tmp_path / "save") == first
    assert probed == [16]
    assert [os.stat(path) for path in first] == states


def add_file(tree):
    soundfile.write(tree / "A" / "three.wav", np.sin(np.arange(9000)), 44100)


def remove_file(tree):
    (tree / "A" / "one.wav").unlink()


def replace_file(tree):
    soundfile.write(tree / "A" / "one.wav", np.sin(np.arange(22050)), 44100)


def touch_file(tree):
    os.utime(tree / "A" / "one.wav", (0, 0))


@pytest.mark.parametrize(
    "change", [add_file, remove_file, replace_file, touch_file]
)
def test_a_changed_file_is_noticed(tree, tmp_path, probed, change):
    prepare("folder", tree, tmp_path / "save")
    change(tree)
    paths = prepare("folder", tree, tmp_path / "save")
    assert len(probed) == 2
    rows = read_manifest(paths.manifest)
    assert len(rows) == len(list(tree.rglob("*.wav")))


@pytest.mark.parametrize(
    "setting",
    [
        {"split": Split(seed=5)},
        {"split": Split(valid_singers=1)},
        {"split": Split(test_singers=["A"])},
        {"min_seconds": 0.2},
    ],
)
def test_a_changed_setting_is_noticed(tree, tmp_path, probed, setting):
    prepare("folder", tree, tmp_path / "save")
    prepare("folder", tree, tmp_path / "save", **setting)
    prepare("folder", tree, tmp_path / "save", **setting)
    assert probed == [16, 16]


@pytest.mark.parametrize(
    "name", ["train.csv", "skipped.csv", "prepared.json", "roots.json"]
)
def test_a_lost_file_is_written_again(tree, tmp_path, name):
    prepare("folder", tree, tmp_path / "save")
    former = (tmp_path / "save" / name).read_bytes()
    (tmp_path / "save" / name).unlink()
    prepare("folder", tree, tmp_path / "save")
    assert (tmp_path / "save" / name).read_bytes() == former


def test_a_killed_run_does_not_pass_for_prepared(tree, tmp_path, monkeypatch):
    paths = prepare("folder", tree, tmp_path / "save")
    former = [read_manifest(path) for path in paths[:4]]
    with monkeypatch.context() as patch:
        # Killed when all but the last part are of the new run
        def killed_at_last(self, target):
            if target.name == "test.csv":
                raise KeyboardInterrupt
            os.replace(self, target)

        patch.setattr("pathlib.Path.replace", killed_at_last)
        with pytest.raises(KeyboardInterrupt):
            prepare("folder", tree, tmp_path / "save", split=Split(seed=2))
    prepare("folder", tree, tmp_path / "save")
    assert [read_manifest(path) for path in paths[:4]] == former
    expected = {os.path.basename(path) for path in paths}
    expected |= {"prepared.json", "probed.jsonl", "roots.json"}
    assert set(os.listdir(tmp_path / "save")) == expected


def test_skipped_files_are_listed_and_counted(tree, tmp_path, caplog):
    (tree / "A" / "bad.wav").write_text("no audio")
    (tree / "B" / "bad.wav").touch()
    (tree / "C" / "bad.wav").touch()
    paths = prepare("folder", tree, tmp_path / "save")
    assert len(read_manifest(paths.manifest)) == 16
    with open(paths.skipped, newline="") as file:
        skipped = {row["path"]: row["reason"] for row in csv.DictReader(file)}
    assert skipped == {
        str(tree / "A" / "bad.wav"): (
            "not an audio file: Format not recognised."
        ),
        str(tree / "B" / "bad.wav"): "the file is empty",
        str(tree / "C" / "bad.wav"): "the file is empty",
    }
    (warning,) = caplog.messages
    assert "3 of 19 files are skipped: 2 the file is empty, 1 not" in warning
    assert paths.skipped in warning


def test_audio_that_cannot_be_read_is_missed(tree, tmp_path, caplog):
    (tree / "A" / "three.m4a").write_bytes(b"\0\0\0\x20ftypM4A " * 100)
    (tree / "A" / "cover.jpg").write_bytes(b"\xff\xd8")
    paths = prepare("folder", tree, tmp_path / "save")
    with open(paths.skipped, newline="") as file:
        (row,) = csv.DictReader(file)
    assert row == {
        "path": str(tree / "A" / "three.m4a"),
        "reason": "format not supported: convert .m4a to wav or flac "
        "(ffmpeg -i three.m4a three.flac)",
    }
    others, warning = caplog.messages
    assert "1 files and folders are no audio by their names: 1 .jpg" in others
    assert "1 of 17 files are skipped: 1 format not supported" in warning


def test_what_the_tree_skips_is_listed_too(tree, tmp_path, caplog):
    (tree / "Z").symlink_to("A")
    (tree / "B" / "three.wav").symlink_to("/gone.wav")
    (tree / "B" / "bad.wav").touch()
    paths = prepare("folder", tree, tmp_path / "save")
    assert len(read_manifest(paths.manifest)) == 16
    with open(paths.skipped, newline="") as file:
        skipped = [tuple(row.values()) for row in csv.DictReader(file)]
    assert skipped == [
        (str(tree / "B" / "bad.wav"), "the file is empty"),
        (
            str(tree / "B" / "three.wav"),
            "broken link: to /gone.wav (No such file or directory)",
        ),
        (str(tree / "Z"), f"a link to what is here already: {tree / 'A'}"),
    ]
    assert "3 of 19 files are skipped" in caplog.text
    # A link that comes or goes is a change
    (tree / "Z").unlink()
    prepare("folder", tree, tmp_path / "save")
    assert "Z" not in (tmp_path / "save" / "skipped.csv").read_text()


def test_names_that_are_not_utf8_are_listed(tree, tmp_path):
    os.symlink(b"/gone\xe9", os.fsencode(tree / "A") + b"/Zo\xeb.wav")
    paths = prepare("folder", tree, tmp_path / "save")
    with open(paths.skipped, newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["path"] == str(tree / "A" / r"Zo\udceb.wav")
    assert row["reason"].startswith(r"broken link: to /gone\udce9 (")


ZOE, DECOMPOSED = "Zo\u00eb", "Zoe\u0308"


def test_people_and_songs_have_one_name(tree, tmp_path, caplog):
    """A folder from a Mac; the file keeps its path."""
    write_tone(tree / DECOMPOSED / "e\u0301.wav")
    split = Split(0, [ZOE])
    paths = prepare("folder", tree, tmp_path / "save", split=split)
    (row,) = read_manifest(paths.test)
    assert row["ID"] == f"{ZOE}/\u00e9.wav"
    assert (row["singer"], row["song"]) == (ZOE, "\u00e9")
    assert row["wav"] == str(tree / DECOMPOSED / "e\u0301.wav")
    assert os.path.isfile(row["wav"]) and not caplog.messages


def test_files_that_differ_in_their_form_are_both_kept(tree, tmp_path, caplog):
    write_tone(tree / ZOE / "a.wav")
    write_tone(tree / DECOMPOSED / "a.wav")
    write_tone(tree / DECOMPOSED / "b.wav")
    paths = prepare("folder", tree, tmp_path / "save")
    rows = [r for r in read_manifest(paths.manifest) if r["singer"] == ZOE]
    ids = {f"{ZOE}/a.wav", f"{DECOMPOSED}/a.wav", f"{ZOE}/b.wav"}
    assert {row["ID"] for row in rows} == ids
    (warning,) = caplog.messages
    assert "1 files have the name of another one in another form" in warning


@pytest.mark.parametrize(
    "name", ["=1+1", "+a", "-b", "@c", 'd "e", f', "g\nh", "i\rj"]
)
def test_odd_names_stay_as_they_are(tree, tmp_path, name):
    write_tone(tree / name / f"{name}.wav")
    (tree / name / f"{name}.mp3").touch()
    paths = prepare("folder", tree, tmp_path / "save")
    (row,) = (r for r in read_manifest(paths.manifest) if r["singer"] == name)
    assert (row["song"], row["ID"]) == (name, f"{name}/{name}.wav")
    with open(paths.skipped, newline="") as file:
        (skipped,) = csv.DictReader(file)
    assert skipped["path"] == str(tree / name / f"{name}.mp3")


@pytest.mark.parametrize("name", ["manifest.csv", "test.csv", "skipped.csv"])
@pytest.mark.parametrize("keep", [0, 40])
def test_a_half_file_does_not_pass_for_whole(
    tree, tmp_path, caplog, name, keep
):
    (tree / "A" / "bad.wav").touch()
    prepare("folder", tree, tmp_path / "save")
    former = (tmp_path / "save" / name).read_bytes()
    (tmp_path / "save" / name).write_bytes(former[:keep])
    prepare("folder", tree, tmp_path / "save")
    assert (tmp_path / "save" / name).read_bytes() == former
    assert "not all files are as they were written" in caplog.text


def test_nothing_to_use_says_why(tmp_path):
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).touch()
    soundfile.write(tmp_path / "c.wav", np.zeros(9000), 44100)
    with pytest.raises(ValueError) as caught:
        prepare("folder", tmp_path, tmp_path / "save")
    message = str(caught.value)
    assert "none of 3 audio files" in message
    assert "2 the file is empty, 1 silent throughout" in message
    assert f"{tmp_path / 'a.wav'}: the file is empty" in message
    assert str(tmp_path / "save" / "skipped.csv") in message


def test_a_low_sample_rate_works_with_one_warning(tmp_path, caplog):
    for singer in "ABCDEFGH":
        rate = 8000 if singer in "AB" else 44100
        write_tone(tmp_path / singer / "a.wav", rate=rate)
    paths = prepare("folder", tmp_path, tmp_path / "save")
    assert len(read_manifest(paths.manifest)) == 8
    (warning,) = caplog.messages
    assert "2 of 8 files have a sample rate below 44100 Hz" in warning
    assert "8000" in warning


def test_one_singer_works_with_a_warning(tmp_path, caplog):
    for song in range(10):
        write_tone(tmp_path / "Ann" / f"{song}.wav")
    paths = prepare("folder", tmp_path, tmp_path / "save")
    sizes = [len(read_manifest(path)) for path in paths[1:4]]
    assert sizes == [6, 2, 2]
    (warning,) = caplog.messages
    assert "split by recording" in warning and "no EER" in warning


@pytest.mark.parametrize(
    "songs, sizes", [(1, [1, 0, 0]), (2, [2, 0, 0]), (3, [1, 1, 1])]
)
def test_one_singer_of_few_songs_says_what_there_is(
    tmp_path, caplog, songs, sizes
):
    for song in range(songs):
        write_tone(tmp_path / "Ann" / f"{song}.wav")
    paths = prepare("folder", tmp_path, tmp_path / "save")
    assert [len(read_manifest(path)) for path in paths[1:4]] == sizes
    (warning,) = caplog.messages
    train, valid, test = sizes
    counts = f"{train} to train, {valid} to validate and {test} to test"
    assert counts in warning


def test_one_singer_leaves_nobody_to_train_on(tmp_path):
    write_tone(tmp_path / "Ann" / "one.wav")
    with pytest.raises(ValueError, match="nothing is left to train on: of 1"):
        prepare("folder", tmp_path, tmp_path / "save", split=Split(1, 0))


def test_a_relative_folder_gives_absolute_paths(tree, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths = prepare("folder", "audio", "save")
    assert paths == Corpus("folder", "audio", "save").manifests
    assert paths.train == "save/train.csv"
    rows = read_manifest(paths.manifest)
    assert rows[0]["wav"] == str(tree / "A" / "one.wav")
    assert rows[0]["ID"] == "A/one.wav"


def test_an_unknown_corpus_lists_the_known(tmp_path):
    with pytest.raises(ValueError, match=r"'nothing'.*folder, .*ravdess_song"):
        prepare("nothing", tmp_path, tmp_path / "save")


def test_a_wrong_option_is_named(tree, tmp_path):
    with pytest.raises(ValueError, match="'folder' has no option 'singgers'"):
        prepare(
            "folder",
            tree,
            tmp_path / "save",
            options={"singgers": 3},
        )


def test_an_unwritable_save_folder_is_named(tree, tmp_path):
    # A file in its place, as permissions do not stop the superuser
    (tmp_path / "save").touch()
    with pytest.raises(OSError, match=r"save.*: cannot write there"):
        prepare("folder", tree, tmp_path / "save")
    with pytest.raises(OSError, match=r"below: cannot write there"):
        prepare("folder", tree, tmp_path / "save" / "below")


@pytest.mark.parametrize("seconds", [math.nan, math.inf, -1, None, "a"])
def test_a_shortest_length_that_is_none(tmp_path, seconds):
    with pytest.raises(ValueError, match=f"min_seconds: {seconds!r}: must be"):
        Corpus("folder", tmp_path, tmp_path, min_seconds=seconds)


def test_options_that_are_no_options(tmp_path):
    with pytest.raises(ValueError, match="options of the corpus 'folder': 5"):
        prepare("folder", tmp_path, tmp_path, options=5)
