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


@pytest.mark.parametrize("size", [0, -1, 2.5, None])
def test_no_dimension(size):
    with pytest.raises(ValueError, match="dimension of the embeddings"):
        ClassifierHead(size, ["ann", "bob"])
