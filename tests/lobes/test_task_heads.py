import pytest
import torch

from speechbrain_singer.lobes.task_heads import (
    NotesHead,
    SingerHead,
    TechniqueHead,
)

NAMES = ["ann", "bob", "007"]


def by_hand(layer, frames):
    return frames @ layer.weight.T + layer.bias


def test_the_singer_head_is_linear_for_each_frame_then_the_mean():
    head, frames = SingerHead(4, NAMES).eval(), torch.randn(5, 7, 4)
    embeddings = by_hand(head.frame_linear, frames).sum(dim=1) / 7
    torch.testing.assert_close(head.embed(frames), embeddings)
    torch.testing.assert_close(head(frames), by_hand(head.linear, embeddings))
    assert head.names == NAMES


def test_half_of_the_embedding_is_dropped_in_training():
    torch.manual_seed(0)
    head = SingerHead(1000, NAMES)
    with torch.no_grad():
        head.frame_linear.weight.zero_()
        head.frame_linear.bias.fill_(1)
        head.linear.weight.fill_(1)
        head.linear.bias.zero_()
    logits = head(torch.zeros(400, 2, 1000))[:, 0]
    # The sum of 1000, each 0 or 2
    assert logits.mean().item() == pytest.approx(1000, abs=8)
    assert logits.std().item() == pytest.approx(1000**0.5, rel=0.15)


def test_the_technique_head_is_linear_on_the_mean():
    head, frames = TechniqueHead(4, NAMES), torch.randn(5, 7, 4)
    expected = by_hand(head.linear, frames.sum(dim=1) / 7)
    torch.testing.assert_close(head(frames), expected)


def test_the_notes_head_gives_20_logits_for_each_frame():
    head, frames = NotesHead(4), torch.randn(5, 7, 4)
    assert head(frames).shape == (5, 7, 20)
    torch.testing.assert_close(head(frames), by_hand(head.linear, frames))


@pytest.mark.parametrize(
    "head, width, parameters",
    [
        (
            lambda width: SingerHead(width, [*"abcdefghijklmnopqrst"]),
            768,
            605972,
        ),
        (lambda width: TechniqueHead(width, [*"abcdefghij"]), 768, 7690),
        (NotesHead, 768, 15380),
    ],
)
def test_as_many_parameters_as_published(head, width, parameters):
    assert sum(p.numel() for p in head(width).parameters()) == parameters


def test_sizes_that_make_no_sense():
    with pytest.raises(ValueError, match="dimension of the frames"):
        NotesHead(0)
    with pytest.raises(ValueError, match="two at least"):
        TechniqueHead(4, ["ann"])
    with pytest.raises(ValueError, match="dropout"):
        SingerHead(4, NAMES, dropout=2)
