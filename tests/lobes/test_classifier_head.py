import pytest
import torch

from speechbrain_singer.lobes.heads import ClassifierHead


def test_one_logit_for_each_name():
    names = ["ann", "bob", "007"]
    head = ClassifierHead(4, names)
    names.append("later")
    assert (head.input_dim, head.names) == (4, ["ann", "bob", "007"])
    embeddings = torch.randn(5, 4)
    expected = embeddings @ head.linear.weight.T + head.linear.bias
    torch.testing.assert_close(head(embeddings), expected)


@pytest.mark.parametrize(
    "names, message",
    [
        ([], "two at least"),
        (["ann"], "two at least"),
        ("ann", "two at least"),
        (["ann", "bob", "ann"], "'ann' is there twice"),
        (["ann", 7], "7: a name has to be text"),
        (["ann", ""], "'': a name has to be text"),
        (["ann", None], "None: a name has to be text"),
    ],
)
def test_names_that_tell_nobody_apart(names, message):
    with pytest.raises(ValueError, match=message):
        ClassifierHead(4, names)


def test_half_of_the_embedding_is_dropped_in_training():
    torch.manual_seed(0)
    head = ClassifierHead(1000, ["ann", "bob"], dropout=0.5)
    with torch.no_grad():
        head.linear.weight.fill_(1)
        head.linear.bias.zero_()
    logits = head(torch.ones(400, 1000))[:, 0]
    # The sum of 1000, each 0 or 2
    assert logits.mean().item() == pytest.approx(1000, abs=8)
    assert logits.std().item() == pytest.approx(1000**0.5, rel=0.15)
    assert (head.eval()(torch.ones(1, 1000)) == 1000).all()
    with pytest.raises(ValueError, match="dropout"):
        ClassifierHead(4, ["ann", "bob"], dropout=2)


@pytest.mark.parametrize("size", [0, -1, 2.5, None])
def test_no_dimension(size):
    with pytest.raises(ValueError, match="dimension of the embeddings"):
        ClassifierHead(size, ["ann", "bob"])
