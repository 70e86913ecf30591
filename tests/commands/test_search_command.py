import json

import numpy as np
import pytest

from speechbrain_singer.catalogue import queries
from speechbrain_singer.catalogue.tables import EmbeddingTable, write_table
from speechbrain_singer.inference.encoder import SingerEncoder

pytest.importorskip("pyarrow")


@pytest.fixture
def indexed(singer, folder, voices, tmp_path):
    """The index of the command, of three files, and their embeddings."""
    encoder = SingerEncoder.from_hparams(folder)
    about = {
        **{"encoder": str(folder), "sha256": encoder.sha256},
        **{"score": "cosine", "sample_rate": 44100, "dimension": 48},
    }
    embeddings = encoder.encode_files(voices, progressbar=False).numpy()
    columns = {"singer": ["ann", "ann", "bob"]}
    paths = [str(path) for path in voices]
    table = EmbeddingTable(paths, embeddings, columns, about)
    write_table(tmp_path / "table.npz", table)
    ended = singer("index", tmp_path / "table.npz", "--to", tmp_path / "index")
    said = f"{tmp_path / 'index'}: 3 recordings, 48 dimensions: all are "
    assert (ended.code, ended.out) == (0, f"{said}compared\n")
    return tmp_path / "index", embeddings


def test_search_by_file(singer, indexed, voices):
    index, embeddings = indexed
    ended = singer("search", index, voices[0], "-k", 2, "--json")
    assert ended.code == 0
    (answer,) = json.loads(ended.out)["answers"]
    cosines = embeddings[1:] @ embeddings[0]
    best = np.argsort(-cosines)
    results = answer["results"]
    assert answer["query"] == str(voices[0])
    assert [row["path"] for row in results] == [
        str(voices[1 + n]) for n in best
    ]
    assert results[0]["score"] == pytest.approx(cosines[best[0]], abs=1e-5)
    assert results[0]["same_singer"] is bool(cosines[best[0]] > 0.5)
    assert results[0]["singer"] == ("ann", "bob")[best[0]]


def test_search_by_singer_for_people(singer, indexed, voices):
    ended = singer("search", indexed[0], "--singer", "bob")
    assert ended.code == 0
    query, *lines = ended.out.splitlines()
    assert query == "bob"
    assert len(lines) == 2
    assert lines[0].split()[0] == "1" and lines[0].endswith("singer=ann")


def test_nothing_found_is_1_and_a_bad_file_3(singer, indexed, voices, tmp_path):
    index = indexed[0]
    where = "--where", "singer = 'zoë'"
    assert singer("search", index, voices[0], *where).code == 1
    (tmp_path / "bad.wav").touch()
    ended = singer("search", index, voices[0], tmp_path / "bad.wav")
    assert ended.code == 3
    assert ended.out.splitlines()[0] == str(voices[0])
    assert singer("search", index, tmp_path / "bad.wav").code == 2


def test_wrong_usage(singer, indexed, voices):
    index = indexed[0]
    for arguments in ([index], [index, voices[0], "--singer", "ann"]):
        ended = singer("search", *arguments)
        assert (ended.code, ended.out) == (2, "")
        assert "--singer NAME" in ended.err
    ended = singer("search", index, "--singer", "ann", "--mixture")
    assert (ended.code, ended.out) == (2, "")
    assert "--mixture is for files" in ended.err


def test_a_voice_in_a_mixture(singer, indexed, voices, monkeypatch):
    def no_weights(*arguments):
        raise OSError("the weights of Hybrid Demucs cannot be fetched")

    monkeypatch.setattr(queries, "search_mixtures", no_weights)
    ended = singer("search", indexed[0], voices[0], "--mixture")
    assert ended.code == 2
    assert "Hybrid Demucs" in ended.err
