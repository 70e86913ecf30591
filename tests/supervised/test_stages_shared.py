"""Both stages on two processes end as on one."""

import torch
from processes import start
from stages_worker import PROCESSES, WEIGHTS, work
from tiny_layers import network, stages_in, state, train


def test_two_processes_train_as_one(tmp_path):
    start(work, tmp_path, number=PROCESSES)
    modules = network(dropout=0.0)
    before = state(modules)
    train(modules, stages_in(tmp_path / "one"), class_weights=WEIGHTS)
    expected = state(modules)
    for rank in range(PROCESSES):
        found = torch.load(tmp_path / f"{rank}.pt")
        for name, value in expected.items():
            assert not torch.allclose(value, before[name], atol=1e-3), name
            torch.testing.assert_close(found[name], value, atol=1e-5, rtol=1e-4)
