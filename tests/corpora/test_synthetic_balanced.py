from collections import Counter

import pytest

from speechbrain_singer.corpora.synthetic_balanced import list_recordings


def test_all_singers_sing_all_songs_once(tmp_path):
    rows = list_recordings(tmp_path / "c", singers=3, songs=2, seconds=1.0)
    counts = Counter((row["singer"], row["song"]) for row in rows)
    assert set(counts.values()) == {1} and len(counts) == 6
    assert len({row["singer"] for row in rows}) == 3


def test_no_songs_are_refused(tmp_path):
    with pytest.raises(ValueError, match="repertoire is 0"):
        list_recordings(tmp_path / "c", singers=2, songs=0)
