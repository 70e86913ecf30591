import itertools
import json

import catalogues
import numpy as np
import pytest

from speechbrain_singer.catalogue import index as index_module
from speechbrain_singer.catalogue.index import build_index, open_index
from speechbrain_singer.catalogue.tables import EmbeddingTable

pytest.importorskip("pyarrow")
SCORES = ["cosine", "squared_distance"]
MANY = 75  # singers: 1,500 recordings
BUILDS = [*itertools.product(["faiss"], SCORES), ("lancedb", "cosine")]


@pytest.fixture(scope="module", params=BUILDS, ids="-".join)
def compressed(request, tmp_path_factory):
    """An index that is compressed, of two parts, and their table."""
    backend, score = request.param
    pytest.importorskip(backend)
    table = catalogues.table(MANY, score)
    parts = table.take(range(700)), table.take(range(700, MANY * 20))
    folder = tmp_path_factory.mktemp("compressed") / "index"
    facts = build_index(iter(parts), folder, backend, catalogues.SMALL)
    return folder, table, facts


def halves(table):
    middle = len(table.paths) // 2
    numbers = range(len(table.paths))
    return table.take(numbers[:middle]), table.take(numbers[middle:])


@pytest.fixture(params=["faiss", "lancedb"])
def backend(request):
    pytest.importorskip(request.param)
    return request.param


@pytest.mark.parametrize("score", SCORES)
def test_few_are_all_compared(score, backend, tmp_path):
    table = catalogues.table(4, score)
    facts = build_index(halves(table), tmp_path / "index", backend)
    queries = catalogues.table(4, score, seed=1).embeddings[:30]
    numbers, scores = open_index(tmp_path / "index").search(queries, 7)
    right, by_hand = catalogues.by_hand(queries, table.embeddings, score, 7)
    np.testing.assert_array_equal(numbers, right)
    np.testing.assert_allclose(scores, by_hand, rtol=1e-5, atol=1e-6)
    assert (facts["shape"], facts["recipe"]) == ((80, 8), None)


def test_of_many_the_nearest_are_found(compressed):
    folder, table, facts = compressed
    score = table.about["score"]
    queries = table.embeddings[::10] + np.float32(0.01)
    numbers, scores = open_index(folder).search(queries, 10)
    right, by_hand = catalogues.by_hand(queries, table.embeddings, score, 10)
    assert catalogues.recall(numbers, right) > 0.95
    assert facts["probing"]["recall"] >= 0.95
    # Those of what was found are exact, but for half precision
    np.testing.assert_allclose(scores[:, 0], by_hand[:, 0], atol=2e-3)
    assert (np.diff(scores) <= 0).all()
    codes = facts["recipe"]["code_bytes"]
    assert codes == 4 and facts["recipe"]["lists"] == 128


def test_many_are_found_if_many_are_asked_for(compressed):
    folder, table, _ = compressed
    numbers, _ = open_index(folder).search(table.embeddings[:2], 1500)
    assert (np.sort(numbers) == np.arange(1500)).mean() > 0.98


def test_rows_and_filters(compressed):
    folder, table, _ = compressed
    index = open_index(folder)
    assert len(index) == len(index.rows) == MANY * 20
    assert index.rows[1000] == {"path": "1000.wav", "singer": "singer 50"}
    queries = table.embeddings[[0, 1400]]
    numbers, scores = index.search(queries, 30, "singer = 'singer 50'")
    score = table.about["score"]
    own = table.embeddings[1000:1020]
    right, by_hand = catalogues.by_hand(queries, own, score, 20)
    assert catalogues.recall(numbers[:, :20], right + 1000) == 1
    np.testing.assert_allclose(scores[:, :20], by_hand, atol=2e-3)
    assert (numbers[:, 20:] == -1).all()
    assert (scores[:, 20:] == -np.inf).all()


@pytest.mark.parametrize("where", ["song = 'x'", "singer = 'a' or", "singer"])
def test_a_filter_that_cannot_be_is_named(where, backend, tmp_path):
    folder = tmp_path / "index"
    build_index([catalogues.table(2)], folder, backend)
    with pytest.raises(ValueError, match=r"song|where"):
        open_index(folder).search(np.ones((1, 8)), 2, where)


def test_lancedb_takes_sql(tmp_path):
    pytest.importorskip("lancedb")
    table = catalogues.table(3)
    build_index([table], tmp_path / "index", "lancedb")
    where = "singer IN ('singer 1', 'singer 2') AND path < '25'"
    numbers, _ = open_index(tmp_path / "index").search(
        np.ones((1, 8)), 9, where
    )
    right = {20, 21, 22, 23, 24}
    assert set(numbers[0]) == right | {-1}


def test_more_than_there_are(tmp_path):
    build_index([catalogues.table(1)], tmp_path / "index")
    numbers, scores = open_index(tmp_path / "index").search(np.ones((1, 8)), 25)
    assert (numbers[0, 20:] == -1).all() and (scores[0, 20:] == -np.inf).all()
    assert set(numbers[0, :20]) == set(range(20))


@pytest.mark.parametrize(
    "vectors, said",
    [
        (np.ones((1, 7)), r"\[1, 7\].*8.*mfcc"),
        (np.ones(8), r"\[8\]"),
        (np.full((1, 8), np.nan), "not finite"),
    ],
)
def test_vectors_that_are_none_of_the_encoder_s(vectors, said, tmp_path):
    build_index([catalogues.table(1)], tmp_path / "index")
    with pytest.raises(ValueError, match=said):
        open_index(tmp_path / "index").search(vectors)


def test_what_cannot_be_compared_is_left_out(tmp_path, caplog):
    table = catalogues.table(2)
    table.embeddings[3], table.embeddings[5] = 0, np.nan
    build_index([table], tmp_path / "index")
    index = open_index(tmp_path / "index")
    assert len(index) == 38
    assert index.rows[3]["path"] == "4.wav"
    assert "2 of 40" in caplog.text and "3.wav" in caplog.text


def test_parts_of_two_encoders_are_refused_and_the_old_index_stays(tmp_path):
    folder = tmp_path / "index"
    build_index([catalogues.table(2)], folder)
    before = (folder / "index.json").read_bytes()
    parts = catalogues.table(3), catalogues.table(3, "squared_distance")
    with pytest.raises(ValueError, match="two encoders"):
        build_index(parts, folder)
    assert (folder / "index.json").read_bytes() == before
    assert len(open_index(folder)) == 40
    assert list(tmp_path.iterdir()) == [folder]


def test_a_new_index_takes_the_place_of_the_old(tmp_path):
    folder = tmp_path / "index"
    for singers in (2, 3):
        build_index([catalogues.table(singers)], folder)
        assert len(open_index(folder)) == singers * 20


def test_no_other_folder_is_replaced(tmp_path):
    (tmp_path / "songs").mkdir()
    (tmp_path / "songs" / "a.wav").touch()
    for path in (tmp_path / "songs", tmp_path / "songs" / "a.wav"):
        with pytest.raises(ValueError, match="something else than an index"):
            build_index([catalogues.table(1)], path)
    assert (tmp_path / "songs" / "a.wav").exists()


def test_nothing_to_index(tmp_path):
    table = catalogues.table(1)
    unusable = EmbeddingTable(["a"], np.zeros((1, 8)), {}, table.about)
    for parts in ([], [unusable]):
        with pytest.raises(ValueError, match="no embedding"):
            build_index(parts, tmp_path / "index")
    with pytest.raises(FileNotFoundError, match="no index"):
        open_index(tmp_path / "index")
    with pytest.raises(ValueError, match="backend: 'annoy'"):
        build_index([table], tmp_path / "index", "annoy")


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("name", ["vectors.bin", "rows.arrow", "index.json"])
@pytest.mark.parametrize("damage", [cut, lambda path: path.unlink()])
def test_damage_is_named(name, damage, tmp_path):
    folder = tmp_path / "index"
    build_index([catalogues.table(1)], folder)
    damage(folder / name)
    error = ValueError, FileNotFoundError
    with pytest.raises(error, match=rf"{folder}.*(damaged|no index)"):
        open_index(folder)


@pytest.mark.parametrize("facts", [{}, {"bytes": {}}, {"bytes": 3}])
def test_facts_that_say_too_little(facts, tmp_path):
    (tmp_path / index_module.FILE).write_text(json.dumps(facts))
    with pytest.raises(ValueError, match=f"{tmp_path}: damaged"):
        open_index(tmp_path)


def test_codes_that_are_damaged(tmp_path):
    pytest.importorskip("faiss")
    from speechbrain_singer.catalogue.faiss_search import FaissSearch

    (tmp_path / "vectors.faiss").write_bytes(b"xxxx")
    with pytest.raises(ValueError, match=r"vectors\.faiss: damaged"):
        FaissSearch.open(tmp_path)
