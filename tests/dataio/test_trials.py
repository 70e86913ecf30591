from itertools import combinations

import pytest

from speechbrain_singer.dataio.trials import all_pairs

ROWS = [
    {"singer": singer, "song": song, "sex": sex}
    for singer, sex in (("a", "f"), ("b", "m"), ("c", "f"), ("", "f"))
    for song in "123"
]


@pytest.mark.parametrize("same", [(), ("sex",)])
@pytest.mark.parametrize("different", [(), ("song",), ("song", "sex")])
def test_equals_the_loop(same, different):
    expected = [
        (i, j, int(a["singer"] == b["singer"]))
        for (i, a), (j, b) in combinations(enumerate(ROWS), 2)
        if a["singer"]
        and b["singer"]
        and all(a[c] == b[c] for c in same)
        and all(a[c] != b[c] for c in different)
    ]
    trials = all_pairs(ROWS, same, different)
    assert list(zip(*(t.tolist() for t in trials), strict=True)) == expected


def test_positives_are_of_one_singer():
    first, second = all_pairs(ROWS).positives
    assert len(first) == 9
    for i, j in zip(first, second, strict=True):
        assert ROWS[i]["singer"] == ROWS[j]["singer"]


def test_both_kinds():
    assert all_pairs(ROWS).both_kinds
    assert not all_pairs(ROWS[:3]).both_kinds
    assert not all_pairs(ROWS[::3]).both_kinds
    assert not all_pairs([]).both_kinds


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match=r"no column 'key'.*singer, song, sex"):
        all_pairs(ROWS, same=("key",))
