"""Several corpora that are one."""

import shutil

import numpy as np
import pytest
import soundfile

from speechbrain_singer.corpora import Corpus
from speechbrain_singer.corpora.shares import weigh
from speechbrain_singer.corpora.sources import find_sources
from speechbrain_singer.dataio.clips import RandomClips
from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.evaluation.measured_corpus import MeasuredCorpus


def write(path, seconds=0.5):
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = np.sin(np.arange(int(seconds * 8000)) / 9) / 2
    soundfile.write(path, tone, 8000)


@pytest.fixture
def two(tmp_path):
    """RAVDESS of 4 actors, and a folder with two of the same names."""
    for actor in ("01", "02", "03", "04"):
        name = f"03-02-01-01-01-01-{actor}.wav"
        write(tmp_path / "ravdess" / f"Actor_{actor}" / name, seconds=2.0)
    for singer in ("01", "02"):
        write(tmp_path / "own" / singer / "01.wav")
    return f"{tmp_path / 'ravdess'},{tmp_path / 'own'}"


def prepare(two, folder, **settings):
    settings = {"split": Split(0, 0)} | settings
    return Corpus("ravdess_song,folder", two, folder, **settings).prepare()


def test_singers_and_songs_are_told_apart(two, tmp_path):
    rows = read_manifest(prepare(two, tmp_path / "save").manifest)
    assert [(r["ID"], r["singer"], r["song"], r["corpus"]) for r in rows] == [
        *(
            (
                f"ravdess_song/Actor_{a}/03-02-01-01-01-01-{a}.wav",
                f"ravdess:{a}",
                "ravdess_song:01",
                "ravdess_song",
            )
            for a in ("01", "02", "03", "04")
        ),
        ("folder/01/01.wav", "folder:01", "folder:01", "folder"),
        ("folder/02/01.wav", "folder:02", "folder:01", "folder"),
    ]
    for row in rows:
        assert soundfile.info(row["wav"]).frames == row["stop"]


def test_two_corpora_of_one_kind(tmp_path):
    for name in ("a", "b"):
        write(tmp_path / name / "ann" / "1.wav")
    folders = [str(tmp_path / "a"), str(tmp_path / "b")]
    corpus = Corpus(["folder", "folder"], folders, tmp_path / "s", split=SPLIT)
    rows = read_manifest(corpus.prepare().train)
    assert [row["singer"] for row in rows] == ["folder:ann", "folder2:ann"]
    assert [row["wav"] for row in rows] == [
        str(tmp_path / name / "ann" / "1.wav") for name in ("a", "b")
    ]


SPLIT = Split(0, 0)


def test_each_corpus_gets_its_share_of_clips(two, tmp_path):
    paths = prepare(two, tmp_path / "save", weights=[1, 3])
    clips = RandomClips(paths.train, 0.25, 8000)
    rows = read_manifest(paths.train)
    drawn = [rows[clips[0, n]["row"]]["corpus"] for n in range(400)]
    # 300 expected; the standard deviation is 9
    assert 265 < drawn.count("folder") < 335
    # By length it would be a ninth
    clips = RandomClips(prepare(two, tmp_path / "by").train, 0.25, 8000)
    drawn = [rows[clips[0, n]["row"]]["corpus"] for n in range(400)]
    assert 22 < drawn.count("folder") < 70


def test_a_corpus_without_this_part_leaves_its_share():
    sources = find_sources("folder,folder", "a,b")
    rows = [{"duration": 2.0, "corpus": "folder2"}]
    assert weigh(rows, sources, [3, 1])[0]["weight"] == 1


def test_a_tiny_share_is_a_share():
    sources = find_sources("folder,folder", "a,b")
    rows = [{"duration": 1e6, "corpus": "folder"}]
    rows += [{"duration": 1.0, "corpus": "folder2"}]
    one, other = (r["weight"] for r in weigh(rows, sources, [1, 5e5]))
    assert other / one / 1e6 == pytest.approx(5e5, rel=1e-5)


def test_the_same_data_give_the_same_manifest_anywhere(two, tmp_path):
    first = prepare(two, tmp_path / "save", split=Split(0.4, 0.3))
    moved = tmp_path / "another machine"
    folders = []
    for name in ("ravdess", "own"):
        shutil.copytree(tmp_path / name, moved / name)
        folders.append(str(moved / name))
    second = prepare(folders, moved / "save", split=Split(0.4, 0.3))
    for one, other in zip(first, second, strict=True):
        assert open(one, "rb").read() == open(other, "rb").read()
    for row in read_manifest(second.manifest):
        assert row["wav"].startswith(str(moved))


@pytest.mark.parametrize(
    ("names", "folders", "settings", "message"),
    [
        ("folder,folder", "a", {}, "2 corpora .* but 1 data folders"),
        ("folder,nothing", "a,b", {}, "no corpus named 'nothing'"),
        ("folder,folder", "a,b", {"options": {"x": 1}}, "stand by name"),
        (
            "folder,ravdess_song",
            "a,b",
            {"options": {"ravdess_song": {"x": 1}}},
            "'ravdess_song' has no option 'x'",
        ),
        ("folder,folder", "a,b", {"weights": [1]}, "must be 2 positive"),
        ("folder,folder", "a,b", {"weights": [1, 0]}, "must be 2 positive"),
        ("folder", "a", {"weights": [1, 2]}, "must be 1 positive"),
    ],
)
def test_what_does_not_fit_is_refused(
    names, folders, settings, message, tmp_path
):
    with pytest.raises(ValueError, match=message):
        Corpus(names, folders, tmp_path / "save", **settings).prepare()


def test_one_corpus_may_have_commas_in_its_folder(tmp_path):
    write(tmp_path / "a,b" / "ann" / "1.wav")
    corpus = Corpus("folder", tmp_path / "a,b", tmp_path / "s", split=SPLIT)
    assert len(read_manifest(corpus.prepare().train)) == 1


def test_one_corpus_may_be_a_list_of_one(tmp_path):
    write(tmp_path / "a,b" / "ann" / "1.wav")
    corpus = Corpus(
        ["folder"], [str(tmp_path / "a,b")], tmp_path / "s", split=SPLIT
    )
    assert len(read_manifest(corpus.prepare().train)) == 1
    with pytest.raises(ValueError, match=r"1 corpora .* but 2 data folders"):
        find_sources("folder", ["a", "b"])


def test_a_background_shares_no_singer_with_a_corpus_in_it(two, tmp_path):
    both = MeasuredCorpus(
        Corpus("ravdess_song,folder", two, tmp_path / "both", split=SPLIT)
    )
    folder = two.split(",")[0]
    one = MeasuredCorpus(
        Corpus("ravdess_song", folder, tmp_path / "one", split=SPLIT)
    )
    rows = [row for row in both.rows() if row["singer"].endswith("01")]
    others = [row for row in one.rows() if row["singer"] == "01"]
    for row in others:
        row["wav"] = "another recording"
    with pytest.raises(ValueError, match="share 1 values of singer"):
        both.check_apart(rows, one, others)


def test_people_of_two_corpora_are_the_same(tmp_path):
    """Who speak in RAVDESS are those who sing."""
    for channel in ("01", "02"):
        for actor in ("01", "02", "03", "04", "05", "06"):
            name = f"03-{channel}-01-01-01-01-{actor}.wav"
            write(tmp_path / "ravdess" / f"Actor_{actor}" / name)
    folder = tmp_path / "ravdess"
    names = "ravdess_song,ravdess_speech"
    split = Split(valid_singers=2, test_singers=2)
    corpus = Corpus(names, f"{folder},{folder}", tmp_path / "both", split=split)
    parts = corpus.prepare()
    for path in (parts.train, parts.valid, parts.test):
        rows = read_manifest(path)
        assert len(rows) == 4 and len({row["singer"] for row in rows}) == 2
    one, other = (
        MeasuredCorpus(Corpus(name, folder, tmp_path / name, split=SPLIT))
        for name in names.split(",")
    )
    with pytest.raises(ValueError, match="share 6 values of singer"):
        one.check_apart(one.rows(), other, other.rows())
