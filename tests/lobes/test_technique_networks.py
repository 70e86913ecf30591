import pytest
import torch

from speechbrain_singer.lobes.technique_networks import technique_network


@pytest.mark.parametrize(
    ("name", "dimension"), [("1D CNN", 32), ("oblong CNN", 50)]
)
def test_chunks_become_embeddings(name, dimension):
    network = technique_network(name, seconds=2.0).eval()
    with torch.no_grad():
        embeddings = network(torch.randn(2, 88200))
    assert embeddings.shape == (2, network.embedding_dim) == (2, dimension)


def test_another_name_is_refused():
    with pytest.raises(ValueError, match="1D CNN and oblong CNN"):
        technique_network("2D CNN", seconds=2.0)
