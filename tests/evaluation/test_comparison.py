import math

import pytest

from speechbrain_singer.evaluation.comparison import (
    ComparedCorpus,
    Comparison,
)

CORPUS = {
    "corpus": "folder",
    "data_folder": "none",
    "corpus_options": {},
    "part": "test",
    "clip_seconds": None,
    "valid_singers": 0.2,
    "test_singers": 0.2,
    "seed": 0,
    "folds": 5,
    "group_by": "song",
}


@pytest.mark.parametrize("replicates", [-1, 10.0, math.nan, 10.5, None, 10**9])
def test_replicates_that_are_none_are_refused_at_once(replicates):
    with pytest.raises(ValueError, match=f"replicates: {replicates!r}: must"):
        Comparison({}, {}, {}, replicates, "none", "none")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("clip_seconds", 0),
        ("valid_singers", "a"),
        ("seed", 1.5),
        ("folds", 1),
        ("folds", "a"),
        ("group_by", 5),
    ],
)
def test_settings_of_a_corpus_are_refused_at_once(setting, value):
    with pytest.raises(ValueError, match=setting):
        ComparedCorpus(**CORPUS | {setting: value})
    assert ComparedCorpus(**CORPUS | {"folds": 0}).validation is None
