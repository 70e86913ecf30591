import catalogues
import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.catalogue import queries
from speechbrain_singer.catalogue.index import build_index, open_index
from speechbrain_singer.catalogue.table_parts import read_parts
from speechbrain_singer.catalogue.tables import EmbeddingTable, write_table
from speechbrain_singer.dataio.audio import AudioError

pytest.importorskip("pyarrow")


class AllIsVocals:
    sample_rate, stems = 44100, ("vocals", "other")

    def __call__(self, mixture):
        return torch.stack([mixture, 0 * mixture], dim=1)


class Nothing(AllIsVocals):
    def __call__(self, mixture):
        raise RuntimeError("out of order")


@pytest.fixture
def files(noise, tmp_path):
    """Eight colours, from dark to bright, and one that no index has."""
    paths = [tmp_path / f"{n}.wav" for n in range(9)]
    for n, path in enumerate(paths):
        soundfile.write(path, noise(1, n, tilt=n / 6).numpy(), 44100)
    return paths


@pytest.fixture
def indexed(files, folder, encoder, tmp_path):
    """Of all files but the last one."""
    about = {
        **{"encoder": str(folder), "sha256": encoder.sha256},
        **{"score": "cosine", "sample_rate": 44100, "dimension": 48},
    }
    paths = [str(path) for path in files[:8]]
    embeddings = encoder.encode_files(paths, progressbar=False).numpy()
    columns = {"singer": list("aabbccdd"), "rank": ["x"] * 8}
    table = EmbeddingTable(paths, embeddings, columns, about)
    build_index([table], tmp_path / "index")
    return open_index(tmp_path / "index"), embeddings


def test_by_files(indexed, files, encoder):
    index, embeddings = indexed
    found = queries.search_files(index, encoder, files[7:], k=3)
    own = encoder.encode_file(files[8]).numpy()
    cosines = embeddings @ own
    best = np.argsort(-cosines)[:3]
    results = found[1]
    assert [result["path"] for result in results] == [
        str(files[n]) for n in best
    ]
    assert [result["rank"] for result in results] == [1, 2, 3]
    assert [result["score"] for result in results] == pytest.approx(
        cosines[best], abs=1e-5
    )
    assert [result["same_singer"] for result in results] == list(
        cosines[best] > 0.5  # the encoder's threshold
    )
    # A recording does not find itself, whatever its path looks like
    assert [result["path"] for result in found[0]].count(str(files[7])) == 0
    assert len(found[0]) == 3


def test_a_bad_file_costs_itself_only(indexed, files, encoder, tmp_path):
    (tmp_path / "bad.wav").touch()
    paths = [tmp_path / "bad.wav", files[8]]
    none, found = queries.search_files(indexed[0], encoder, paths)
    assert none is None and len(found) == 8
    with pytest.raises(AudioError, match=r"bad\.wav"):
        queries.search_files(indexed[0], encoder, paths[:1])


def test_by_a_singer_others_are_found(indexed):
    index, embeddings = indexed
    results = queries.search_singer(index, "b", k=4)
    mean = embeddings[2:4].mean(axis=0)
    cosines = embeddings @ mean / np.linalg.norm(mean)
    cosines[2:4] = -2
    best = np.argsort(-cosines)[:4]
    assert [result["singer"] for result in results] == [
        "aabbccdd"[n] for n in best
    ]
    assert [result["score"] for result in results] == pytest.approx(
        cosines[best], abs=1e-5
    )
    assert len(queries.search_singer(index, "b", k=99)) == 6
    with pytest.raises(ValueError, match="no singer 'zoë'"):
        queries.search_singer(index, "zoë")


def test_by_the_voice_of_a_mixture(indexed, files, encoder, tmp_path):
    index, _ = indexed
    (tmp_path / "bad.wav").touch()
    paths = [tmp_path / "bad.wav", files[7]]
    none, found = queries.search_mixtures(
        index, encoder, paths, 3, separator=AllIsVocals()
    )
    (right,) = queries.search_files(index, encoder, files[7:8], 3)
    assert none is None
    names = [[row["path"] for row in rows] for rows in (found, right)]
    assert names[0] == names[1]
    with pytest.raises(AudioError, match="none of 2 mixtures"):
        queries.search_mixtures(index, encoder, paths, separator=Nothing())


def test_the_encoder_must_be_the_index_s(indexed, folder, encoder):
    index, _ = indexed
    assert queries.encoder_of(index).sha256 == encoder.sha256
    with pytest.raises(ValueError, match="mfcc: another encoder"):
        queries.encoder_of(index, "mfcc")
    index.about["sha256"] = "ab12"
    with pytest.raises(ValueError, match=r"ab12.*--encoder"):
        queries.encoder_of(index)


def test_who_is_left_out_makes_room_for_others():
    class Stub:
        rows = [{"path": str(n)} for n in range(40)]  # noqa: RUF012

        def search(self, vectors, k, where):
            numbers = np.arange(k)
            numbers[40:] = -1
            return numbers[None], -numbers[None].astype(float)

    few = queries.neighbours(
        Stub(), np.ones(2), 3, is_left_out=lambda row: int(row["path"]) < 30
    )
    assert [result["path"] for result in few] == ["30", "31", "32"]
    none = queries.neighbours(
        Stub(), np.ones(2), 3, is_left_out=lambda row: True
    )
    assert none == []


def test_a_table_is_read_part_by_part(tmp_path):
    table = catalogues.table(2)
    (tmp_path / "table").mkdir()
    for n, numbers in enumerate([range(25), range(25, 40)]):
        path = tmp_path / "table" / f"part-{n:05d}.parquet"
        write_table(path, table.take(numbers))
    counts = [len(part.paths) for part in read_parts(tmp_path / "table")]
    assert counts == [25, 15]
    (whole,) = read_parts(path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match=r"empty: no part-\*"):
        list(read_parts(tmp_path / "empty"))
    np.testing.assert_array_equal(whole.embeddings, table.embeddings[25:])
