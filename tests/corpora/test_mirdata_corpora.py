"""What the corpora that mirdata reads have in common."""

from types import SimpleNamespace

import pytest
from replicas.vocadito import build

from speechbrain_singer.corpora import mirdata_corpora
from speechbrain_singer.corpora.dagstuhl_choirset import list_recordings as dcs
from speechbrain_singer.corpora.mirdata_corpora import notes_of
from speechbrain_singer.corpora.vocadito import list_recordings

INDEX = "vocadito_index_1.0.json"


@pytest.fixture
def tree(tmp_path, caplog):
    caplog.set_level("WARNING")
    build(tmp_path)
    return tmp_path


def test_without_mirdata_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(mirdata_corpora, "find_spec", lambda name: None)
    message = r'vocadito.* pip install "speechbrain_singer\[mirdata\]"'
    with pytest.raises(ImportError, match=message):
        list_recordings(tmp_path)


def test_a_loader_that_is_not_there_yet_is_named(tmp_path):
    mirdata = pytest.importorskip("mirdata")
    with pytest.raises(ImportError, match=mirdata.__version__):
        mirdata_corpora.list_tracks("nothing_yet", tmp_path, list, "it")


def test_the_corpus_may_lie_in_a_folder(tree):
    (tree / "unpacked").mkdir()
    for name in ("Audio", "Annotations", "vocadito_metadata.csv"):
        (tree / name).rename(tree / "unpacked" / name)
    rows = list_recordings(tree)
    assert len(rows) == 8
    assert rows[0]["path"] == f"{tree}/unpacked/Audio/vocadito_1.wav"


def test_the_index_may_lie_with_the_corpus(tree, tmp_path_factory):
    parent = tmp_path_factory.mktemp("parent")
    (parent / "unpacked").symlink_to(tree)
    assert (tree / INDEX).is_file()
    assert len(list_recordings(parent)) == 8


@pytest.fixture
def own_folder(tree, tmp_path_factory, monkeypatch):
    """Where mirdata keeps its indexes."""
    from mirdata.datasets import vocadito

    folder = tmp_path_factory.mktemp("indexes")
    index = vocadito.INDEXES["1.0"]
    monkeypatch.setattr(index, "indexes_dir", str(folder))
    return folder


def test_the_index_may_lie_where_mirdata_keeps_it(tree, own_folder):
    (tree / INDEX).rename(own_folder / INDEX)
    assert len(list_recordings(tree)) == 8


def test_without_an_index_the_way_to_get_it_is_named(tree, own_folder):
    (tree / INDEX).unlink()
    with pytest.raises(FileNotFoundError, match=f"as {INDEX}") as error:
        list_recordings(tree)
    assert "initialize('vocadito').download(['index'])" in str(error.value)
    assert "https://zenodo.org/records/14024397/" in str(error.value)


def test_without_its_table_the_archive_is_named(tree):
    (tree / "vocadito_metadata.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"vocadito\.zip"):
        list_recordings(tree)


def test_other_audio_alone_is_an_error(tree):
    for path in (tree / "Audio").iterdir():
        path.rename(path.with_name(f"my_{path.name}"))
    with pytest.raises(FileNotFoundError, match="none of its 8 audio files"):
        list_recordings(tree)


def test_what_the_index_lacks_is_left_out_with_one_warning(tree, caplog):
    for name in ("mine.wav", "vocadito_41.flac"):
        (tree / "Audio" / name).touch()
    assert len(list_recordings(tree)) == 8
    foreign, missing = caplog.messages
    assert "2 audio files" in foreign and "'mine.wav'" in foreign
    assert "8 of 40" in missing and "25 of 29 singers" in missing


def test_a_broken_link_is_told(tree):
    (tree / "Audio" / "vocadito_2.wav").symlink_to("nowhere.wav")
    assert "broken link" in list_recordings(tree)[-1]["reason"]


def test_an_option_says_what_it_can_be(tree):
    with pytest.raises(ValueError, match="'A3': must be one of A1, A2"):
        list_recordings(tree, annotator="A3")
    with pytest.raises(ValueError, match="'dyn': must be one of DYN, HSM"):
        dcs(tree, microphones=["dyn"])


def some_notes():
    """The second has no length, the third no pitch."""
    return SimpleNamespace(
        intervals=[(0.0, 1.0), (1.0, 1.0), (1.0, 2.0), (2.0, 2.5)],
        pitches=[440.0, 440.0, 0.0, 880.0],
    )


def test_notes_have_length_and_pitch():
    assert notes_of(some_notes) == [(0.0, 1.0, 69.0), (2.0, 2.5, 81.0)]


def test_pitches_are_counted_from_the_tuning():
    assert notes_of(some_notes, tuning=220.0)[0] == (0.0, 1.0, 81.0)


def test_notes_that_are_not_annotated_are_none():
    assert notes_of(lambda: None) is None
