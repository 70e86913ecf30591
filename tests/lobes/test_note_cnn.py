import pytest
import torch

from speechbrain_singer.lobes.note_cnn import NoteCNN

FRAMES = 40


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return NoteCNN(bins=24, embedding_dim=16).eval()


def image(rows=1):
    generator = torch.Generator().manual_seed(0)
    return 60 * torch.rand(rows, 24, FRAMES, generator=generator)


def test_a_vector_depends_on_the_frames_within_reach(network):
    features = image().requires_grad_()
    network(features)[0, 20].square().sum().backward()
    (seen,) = features.grad[0].abs().amax(dim=0).nonzero(as_tuple=True)
    assert seen.tolist() == list(range(20 - network.reach, 21 + network.reach))


def test_windows_that_overlap_agree(network):
    whole = network(image())
    assert whole.shape == (1, FRAMES, network.embedding_dim)
    part = network(image()[:, :, 10:34])
    reach = network.reach
    torch.testing.assert_close(
        part[:, reach:-reach], whole[:, 10 + reach : 34 - reach]
    )


def test_rows_do_not_matter_to_each_other(network):
    rows = image(3)
    alone = torch.cat([network(row[None]) for row in rows])
    torch.testing.assert_close(network(rows), alone)


def test_it_learns_which_bin_is_the_loudest():
    torch.manual_seed(0)
    network, head = NoteCNN(24, 16), torch.nn.Linear(16, 24)
    parameters = [*network.parameters(), *head.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=0.01)
    for _ in range(30):
        bins = torch.randint(24, (4, FRAMES))
        features = 10 * torch.rand(4, 24, FRAMES)
        features.scatter_(1, bins[:, None], 60.0)
        logits = head(network(features)).flatten(0, 1)
        loss = torch.nn.functional.cross_entropy(logits, bins.flatten())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    right = (logits.argmax(dim=1) == bins.flatten()).float().mean()
    assert right > 0.8
    assert all(p.grad.abs().max() > 0 for p in parameters if p.ndim > 1)


def test_other_bins_are_refused(network):
    with pytest.raises(ValueError, match=r"20 bins.*built for 24"):
        network(image()[:, :20])
    with pytest.raises(ValueError, match="bins"):
        NoteCNN(bins=1)
    with pytest.raises(ValueError, match="embedding_dim"):
        NoteCNN(embedding_dim=0)
