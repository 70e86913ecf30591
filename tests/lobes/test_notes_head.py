import pytest
import torch

from speechbrain_singer.lobes.notes_head import NotesHead


def test_20_logits_for_each_frame():
    head, frames = NotesHead(4), torch.randn(5, 7, 4)
    assert head(frames).shape == (5, 7, 20)
    expected = frames @ head.linear.weight.T + head.linear.bias
    torch.testing.assert_close(head(frames), expected)


def test_as_many_parameters_as_published():
    assert sum(p.numel() for p in NotesHead(768).parameters()) == 15380


def test_no_dimension():
    with pytest.raises(ValueError, match="dimension of the frames"):
        NotesHead(0)
