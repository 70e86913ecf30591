"""BYOL's momentum target over several processes and accumulated gradients.

And early stopping of all of them at once.
"""

import pytest
import torch
from processes import start
from processes_worker import (
    FACTORS,
    STEPS,
    WORLD_SIZES,
    brain,
    loader,
    network,
    work,
)
from speechbrain import Brain

from speechbrain_singer.ssl.momentum import MomentumTarget


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    """What each process ends with. Started once, as that is slow."""
    folder = tmp_path_factory.mktemp("processes")
    start(work, folder, number=max(WORLD_SIZES))
    return {
        (world_size, factor): [
            torch.load(folder / f"{world_size}_{factor}_{rank}.pt")
            for rank in range(world_size)
        ]
        for world_size in WORLD_SIZES
        for factor in (*FACTORS, "epochs")
    }


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("world_size", WORLD_SIZES)
def test_the_target_is_the_same_on_all_processes(processes, world_size, factor):
    """Parameters and statistics, and it is not where it began."""
    first, *others = processes[world_size, factor]
    for name, value in first["target"].items():
        assert not torch.equal(value, first["initial"][name]), name
        for other in others:
            assert torch.allclose(other["target"][name], value, 1e-6), name


@pytest.mark.parametrize("world_size", WORLD_SIZES)
def test_all_processes_stop_when_the_first_one_does(processes, world_size):
    """Or it would wait for ever for those that go on getting better."""
    for epochs in processes[world_size, "epochs"]:
        assert epochs == [1, 2, 3, 4, 5, 6]


def test_the_target_is_synchronised_on_gpus(monkeypatch):
    """SpeechBrain converts only what has gradients."""
    byol = brain()
    monkeypatch.setattr(byol, "distributed_launch", True)
    monkeypatch.setattr(byol, "device_type", "cuda")
    monkeypatch.setattr(Brain, "_wrap_distributed", lambda self: None)
    byol._wrap_distributed()
    for name in ("encoder", "target"):
        norms = [
            type(module)
            for module in byol.modules[name].modules()
            if isinstance(module, torch.nn.modules.batchnorm._BatchNorm)
        ]
        assert norms == [torch.nn.SyncBatchNorm]
    assert not byol.modules.target.train().training
    # What the checkpoints hold is what was converted
    assert byol.modules.target.state_dict().keys() == (
        MomentumTarget(network()).state_dict().keys()
    )


def test_gradients_of_predictor_and_rest_are_clipped(monkeypatch):
    byol = brain(max_grad_norm=1e-3)
    norms = []
    step = torch.optim.SGD.step

    def measured(self, *args, **kwargs):
        gradients = [p.grad for g in self.param_groups for p in g["params"]]
        gradients = [x.flatten() for x in gradients if x is not None]
        norms.append(torch.cat(gradients).norm().item())
        return step(self, *args, **kwargs)

    monkeypatch.setattr(torch.optim.SGD, "step", measured)
    byol.fit(range(1, 2), loader())
    assert len(norms) == 2 * STEPS
    assert max(norms) <= 1e-3 * 1.001


@pytest.mark.parametrize("factor", FACTORS)
def test_the_target_moves_once_an_optimiser_step(monkeypatch, factor):
    byol = brain(grad_accumulation_factor=factor)
    weight = byol.modules.encoder[0].weight
    target = byol.modules.target.modules_copied["encoder"][0].weight
    moves, expected = [], target.detach().clone()
    update = MomentumTarget.update

    def recorded(self, modules, momentum):
        nonlocal expected
        expected = momentum * expected + (1 - momentum) * weight.detach()
        moves.append(byol.optimizer_step)
        update(self, modules, momentum)

    monkeypatch.setattr(MomentumTarget, "update", recorded)
    byol.fit(range(1, 2), loader())
    assert moves == list(range(1, STEPS // factor + 1))
    assert torch.allclose(target, expected, atol=1e-6)
