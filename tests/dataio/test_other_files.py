"""Rows of a manifest for the mixtures of their recordings."""

import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio.other_files import rows_of_column


def row_with(mixture, **own):
    row = {"ID": "a", "wav": "a.wav", "mixture": str(mixture)}
    return row | {"start": 8000, "stop": 16000, "sample_rate": 16000} | own


def test_the_same_stretch_at_another_rate(tmp_path):
    soundfile.write(tmp_path / "mix.wav", np.zeros(47990), 48000)
    (row,) = rows_of_column([row_with(tmp_path / "mix.wav")], "mixture")
    assert row["wav"] == str(tmp_path / "mix.wav")
    # It ends a little before the vocals do
    assert (row["start"], row["stop"]) == (24000, 47990)
    assert row["sample_rate"] == 48000


def test_who_reads_what_is_missing_says_so(tmp_path):
    row = row_with(tmp_path / "no.wav")
    own = rows_of_column([row], "mixture")
    assert own == [row | {"wav": str(tmp_path / "no.wav")}]


def test_a_column_that_is_not_there_or_empty():
    rows = [row_with(""), row_with("b.wav")]
    with pytest.raises(ValueError, match="1 of 2 recordings have no mixture"):
        rows_of_column(rows, "mixture")
    with pytest.raises(ValueError, match="no column 'vocals'"):
        rows_of_column(rows, "vocals")
    assert rows_of_column(rows, "wav") is rows
