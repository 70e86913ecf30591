"""The momentum target: a slow copy of the online network."""

import copy

import torch


class MomentumTarget(torch.nn.Module):
    """A copy of online modules that follows them slowly, without gradients.

    Parameters follow by an exponential moving average. Buffers are copied:
    the running statistics of batch normalisation are an average over time
    already, and one more average of them would leave the target with those of
    an untrained network for hundreds of steps. The target stays in evaluation
    mode whatever `train()` says, since `Brain.fit` would switch on its
    dropout and batch statistics otherwise.

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
        """Stays in evaluation mode."""
        return super().train(False)

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
            for slow, fast in zip(
                copied.buffers(), online.buffers(), strict=True
            ):
                slow.copy_(fast)
