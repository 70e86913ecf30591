import numpy as np
import pytest

from speechbrain_singer.segments.changes import cut_at_changes
from speechbrain_singer.segments.windows import Windows, window_spans

STRETCHES = np.array([[0.0, 8.0], [9.0, 10.5]])


def windows(change):
    """Of two voices, the second from `change` on, mixed by their shares."""
    spans = window_spans(STRETCHES, 2.0, 0.25)
    share = ((spans[:, 1] - change) / (spans[:, 1] - spans[:, 0])).clip(0, 1)
    vectors = np.stack([1 - share, share], axis=1)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return Windows(spans, (vectors / lengths).astype(np.float32))


@pytest.mark.parametrize("change", [3.0, 4.5, 5.5])
def test_a_stretch_is_cut_where_the_voice_changes(change):
    pieces = cut_at_changes(windows(change), STRETCHES)
    assert pieces.seconds.tolist() == [change, 8 - change, 1.5]
    # Windows within a piece outweigh those that reach over its ends
    first, second, _ = pieces.vectors
    assert first[0] > 4 * first[1]
    assert second[1] > 4 * second[0]


def test_one_voice_is_not_cut_and_stretches_are_apart():
    pieces = cut_at_changes(windows(99.0), STRETCHES)
    assert pieces.seconds.tolist() == [8, 1.5]


def test_a_stretch_without_windows_has_no_piece():
    spans, vectors = windows(99.0)
    kept = spans[:, 0] < 8.5
    pieces = cut_at_changes(Windows(spans[kept], vectors[kept]), STRETCHES)
    assert pieces.seconds.tolist() == [8]
