from speechbrain_singer.corpora.synthetic_songs import list_recordings


def test_hardly_a_song_is_sung_by_two(tmp_path):
    rows = list_recordings(tmp_path / "c", singers=5, songs=2, seconds=1.0)
    assert len({row["singer"] for row in rows}) == 5
    assert len({row["song"] for row in rows}) >= 9
    assert all(row["notes"] for row in rows)


def test_few_songs_are_sung_by_many(tmp_path):
    rows = list_recordings(
        tmp_path / "c", singers=3, songs=2, seconds=1.0, repertoire=2
    )
    assert len({row["song"] for row in rows}) == 2
