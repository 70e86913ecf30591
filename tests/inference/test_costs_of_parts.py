import time

import pytest

from speechbrain_singer.inference.description import (
    Description,
    DescriptionError,
)
from speechbrain_singer.lobes.singer_cnn import SingerCNN

CNN = "!new:speechbrain_singer.lobes.singer_cnn.SingerCNN"
HEAD = "!new:speechbrain_singer.lobes.heads.ClassifierHead"


@pytest.mark.parametrize(
    "part, message",
    [
        (f"{CNN} {{hidden_dim: 65536}}", r"parameters: 5\.37e\+08 at most"),
        (f"{CNN} {{output_dim: 1000000000}}", r"parameters"),
        (f"{CNN} {{first_channels: 100000000}}", r"parameters"),
        (f"{CNN} {{channels: [65536]}}", r"parameters"),
        (f"{CNN} {{bands: 1000000000}}", r"parameters"),
        (f"{CNN} {{aggregation: none, frames: 1000000}}", r"parameters"),
        (f"{CNN} {{hidden_dim: {10**30}}}", "cannot be built"),
        (f"{CNN} {{channels: [{'8, ' * 65}]}}", "65 blocks: 64 at most"),
        (f"{CNN} {{channels: 8}}", "cannot be built"),
        (f"{CNN} {{hidden_dim: -1}}", "cannot be built"),
        (f"{HEAD} {{input_dim: 1000000000, names: [a, b]}}", "parameters"),
        (f"{HEAD} {{input_dim: 4, names: [a]}}", "two at least"),
    ],
)
def test_what_would_fill_the_memory_is_not_built(tmp_path, part, message):
    path = tmp_path / "hyperparams.yaml"
    path.write_text(f"network: {part}\n")
    start = time.perf_counter()
    with pytest.raises(ValueError, match=message) as error:
        Description(path).build()
    assert str(path) in str(error.value)
    assert time.perf_counter() - start < 5


def test_the_published_networks_are_built(tmp_path):
    path = tmp_path / "hyperparams.yaml"
    path.write_text(
        f"network: {CNN} {{channels: [128], hidden_dim: 1024, output_dim: 16}}"
    )
    network = Description(path).build()["network"]
    assert isinstance(network, SingerCNN)
    assert not any(p.is_meta for p in network.parameters())


@pytest.mark.parametrize("nested", [False, True])
def test_not_more_parts_than_an_encoder_has(tmp_path, nested):
    """Each of them may be as large as the largest network."""
    part = "!new:speechbrain_singer.lobes.features.LogMel"
    for count in (8, 9):
        lines = [f"x{number}: {part}" for number in range(count)]
        if nested:
            lines = ["x:", *(f"  - y: {part}" for _ in range(count))]
        path = tmp_path / "hyperparams.yaml"
        path.write_text("\n".join(lines))
        if count == 8:
            assert Description(path).build()
            continue
        with pytest.raises(DescriptionError, match=r"9 parts: .* has 8 at"):
            Description(path).build()
