"""BYOL's momentum target over several processes and accumulated gradients."""

import pytest
import torch
from processes_worker import (
    FACTORS,
    STEPS,
    WORLD_SIZES,
    batches,
    brain_of,
    network,
    work,
)
from speechbrain import Brain

from speechbrain_singer.ssl.momentum import MomentumTarget


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    """What each process ends with. Started once, as that is slow."""
    folder = tmp_path_factory.mktemp("processes")
    torch.multiprocessing.spawn(work, (folder,), nprocs=max(WORLD_SIZES))
    return {
        (world_size, factor): [
            torch.load(folder / f"{world_size}_{factor}_{rank}.pt")
            for rank in range(world_size)
        ]
        for world_size in WORLD_SIZES
        for factor in FACTORS
    }


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("world_size", WORLD_SIZES)
def test_the_target_is_the_same_on_all_processes(processes, world_size, factor):
    """Parameters and statistics, and it is not where it began."""
    first, *others = processes[world_size, factor]
    for name, value in first["target"].items():
        assert not torch.equal(value, first["initial"][name]), name
        for other in others:
            assert torch.equal(other["target"][name], value), name


def test_the_target_is_synchronised_on_gpus(monkeypatch, tmp_path):
    """SpeechBrain converts only what has gradients."""
    brain = brain_of(tmp_path)
    monkeypatch.setattr(brain, "distributed_launch", True)
    monkeypatch.setattr(brain, "device_type", "cuda")
    monkeypatch.setattr(Brain, "_wrap_distributed", lambda self: None)
    brain._wrap_distributed()
    for name in ("encoder", "target"):
        norms = [
            type(module)
            for module in brain.modules[name].modules()
            if isinstance(module, torch.nn.modules.batchnorm._BatchNorm)
        ]
        assert norms == [torch.nn.SyncBatchNorm]
    assert not brain.modules.target.train().training
    # What the checkpoints hold is what was converted
    assert brain.modules.target.state_dict().keys() == (
        MomentumTarget(network()).state_dict().keys()
    )


def test_gradients_of_predictor_and_rest_are_clipped(tmp_path, monkeypatch):
    brain = brain_of(tmp_path, max_grad_norm=1e-3)
    norms = []
    step = torch.optim.SGD.step

    def measured(self, *args, **kwargs):
        gradients = [p.grad for g in self.param_groups for p in g["params"]]
        gradients = [x.flatten() for x in gradients if x is not None]
        norms.append(torch.cat(gradients).norm().item())
        return step(self, *args, **kwargs)

    monkeypatch.setattr(torch.optim.SGD, "step", measured)
    brain.fit(range(1, 2), batches())
    assert len(norms) == 2 * STEPS
    assert max(norms) <= 1e-3 * 1.001


@pytest.mark.parametrize("factor", FACTORS)
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
