import pytest
import torch

from speechbrain_singer.lobes.lengths import (
    encode_by_length,
    lengths_in_samples,
    without_padding,
)


@pytest.mark.parametrize("longest", [9000, 441000, 2**24 - 1])
def test_lengths_in_samples_come_back_exactly(longest):
    lengths = [1, longest // 3, longest // 2 + 1, longest - 1, longest]
    wavs = torch.empty(1).expand(5, longest)
    wav_lens = torch.tensor(lengths, dtype=torch.float32) / longest
    assert lengths_in_samples(wavs, wav_lens) == lengths
    assert lengths_in_samples(wavs) == [longest] * 5


def test_rows_go_together_by_length_and_come_back_in_order():
    shapes = []

    def encode(wavs):
        shapes.append(tuple(wavs.shape))
        return wavs[:, :1]

    wavs = torch.arange(1.0, 13.0).reshape(4, 3)
    rows = without_padding(wavs, [1, 1 / 3, 1, 2 / 3])
    assert [len(row) for row in rows] == [3, 1, 3, 2]
    firsts = encode_by_length(encode, rows).flatten()
    assert firsts.tolist() == [1, 4, 7, 10]
    assert shapes == [(1, 1), (1, 2), (2, 3)]
