"""Cells of a comparison."""

import pytest

from speechbrain_singer.evaluation.cells import read_cell


@pytest.mark.parametrize("text", ["", "[]", "5", "[" * 100_000, '{"key": 2}'])
def test_a_damaged_cell_is_measured_again(tmp_path, text):
    path = tmp_path / "cell.json"
    assert read_cell(path, 1) is None
    path.write_text(text)
    assert read_cell(path, 1) is None
    path.write_text('{"conditions": {}, "key": 1}')
    assert read_cell(path, 1) == {"conditions": {}}
