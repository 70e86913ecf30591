import math

import pytest

from speechbrain_singer.evaluation.measured_corpus import MeasuredCorpus


@pytest.mark.parametrize("seconds", [math.nan, math.inf, "abc", 0, -1, 1e9])
def test_a_length_that_no_clip_has_is_refused_at_once(seconds):
    with pytest.raises(ValueError, match=f"clip_seconds: {seconds!r}: must be"):
        MeasuredCorpus(None, clip_seconds=seconds)
