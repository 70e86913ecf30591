"""BYOL's momentum target over several processes and accumulated gradients."""

import pytest
import torch
from processes_worker import STEPS, WORLD_SIZES, batches, brain_of, work

from speechbrain_singer.ssl.momentum import MomentumTarget


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    """What each process ends with. Started once, as that is slow."""
    folder = tmp_path_factory.mktemp("processes")
    torch.multiprocessing.spawn(work, (folder,), nprocs=max(WORLD_SIZES))
    return {
        world_size: [
            torch.load(folder / f"{world_size}_{rank}.pt")
            for rank in range(world_size)
        ]
        for world_size in WORLD_SIZES
    }


@pytest.mark.parametrize("world_size", WORLD_SIZES)
def test_the_target_is_the_same_on_all_processes(processes, world_size):
    """Parameters and statistics, and it is not where it began."""
    first, *others = processes[world_size]
    for name, value in first["target"].items():
        assert not torch.equal(value, first["initial"][name]), name
        for other in others:
            assert torch.equal(other["target"][name], value), name


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_the_target_moves_once_an_optimiser_step(tmp_path, monkeypatch, factor):
    brain = brain_of(tmp_path, grad_accumulation_factor=factor)
    weight = brain.modules.encoder[0].weight
    target = brain.modules.target.modules_copied["encoder"][0].weight
    moves, expected = [], target.detach().clone()
    update = MomentumTarget.update

    def recorded(self, modules, momentum):
        nonlocal expected
        expected = momentum * expected + (1 - momentum) * weight.detach()
        moves.append(brain.optimizer_step)
        update(self, modules, momentum)

    monkeypatch.setattr(MomentumTarget, "update", recorded)
    brain.fit(range(1, 2), batches())
    assert moves == list(range(1, STEPS // factor + 1))
    assert torch.allclose(target, expected, atol=1e-6)
