"""The momentum target: a slow copy of the online network."""

import copy

import torch
from torch.nn.modules.batchnorm import _BatchNorm

from speechbrain_singer.distributed import average
from speechbrain_singer.lobes.whitening import Whitening


class MomentumTarget(torch.nn.Module):
    """A copy of online modules that follows them slowly, without gradients.

    Its parameters follow by an exponential moving average. Its dropout is
    always off, whatever `train()` says, which `Brain.fit` calls on all
    modules. In training it normalises by the batch, as the online network does
    (Grill et al., NeurIPS 2020). Running statistics lag behind: with them all
    projections would share a direction that is predicted without listening.
    Its statistics are its own.

    Arguments
    ---------
    modules : dict of str to torch.nn.Module
        The online modules, applied one after the other.

    Example
    -------
    >>> online = {"encoder": torch.nn.Linear(3, 2)}
    >>> target = MomentumTarget(online)
    >>> target(torch.ones(1, 3)).shape
    torch.Size([1, 2])
    >>> _ = torch.nn.init.zeros_(online["encoder"].weight)
    >>> target.update(online, momentum=0.0)
    >>> target.modules_copied["encoder"].weight.abs().max().item()
    0.0
    """

    def __init__(self, modules):
        super().__init__()
        self.modules_copied = torch.nn.ModuleDict(copy.deepcopy(dict(modules)))
        self.modules_copied.requires_grad_(False)
        self.eval()

    def train(self, mode=True):
        """Switches the normalisation, and nothing else."""
        super().train(False)
        for module in self.modules():
            if isinstance(module, (_BatchNorm, Whitening)):
                module.train(mode)
        return self

    @torch.no_grad()
    def forward(self, batch):
        """Applies the copied modules one after the other."""
        for module in self.modules_copied.values():
            batch = module(batch)
        return batch

    @torch.no_grad()
    def update(self, modules, momentum):
        """Moves towards the online modules: t <- m t + (1 - m) o.

        Arguments
        ---------
        modules : mapping of str to torch.nn.Module
            The online modules by the same names, wrapped for distributed
            training or not.
        momentum : float
            m, in [0, 1].
        """
        for name, copied in self.modules_copied.items():
            online = modules[name]
            if hasattr(online, "module"):  # DistributedDataParallel
                online = online.module
            torch._foreach_lerp_(
                list(copied.parameters()),
                list(online.parameters()),
                1 - momentum,
            )

    def average_statistics(self):
        """Makes the normalisation's running statistics those of all processes.

        They are for evaluation: training goes by the batch. What is not
        trained, `DistributedDataParallel` does not keep equal.
        """
        norms = [m for m in self.modules() if isinstance(m, _BatchNorm)]
        average([x for m in norms for x in (m.running_mean, m.running_var)])
