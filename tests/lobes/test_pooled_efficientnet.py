import torch
from torchvision.models import efficientnet_b0

from speechbrain_singer.lobes.pooled_efficientnet import PooledEfficientNet


def test_it_is_the_maximum_of_torchvisions_last_map():
    three = efficientnet_b0().eval()
    one = PooledEfficientNet().eval()
    weights = {
        name: value
        for name, value in three.state_dict().items()
        if not name.startswith("classifier")
    }
    stem = "features.0.0.weight"
    weights[stem] = weights[stem].sum(dim=1, keepdim=True)
    one.net.load_state_dict(weights)
    features = torch.rand(2, 64, 98)
    with torch.no_grad():
        maps = three.features(features.unsqueeze(1).expand(-1, 3, -1, -1))
        expected = maps.flatten(2).max(dim=2).values
        assert one.embedding_dim == expected.shape[1] == 1280
        assert torch.allclose(one(features), expected, atol=1e-4)


def test_nothing_is_left_of_the_classifier():
    names = dict(PooledEfficientNet().named_parameters())
    assert not [name for name in names if "classifier" in name]
