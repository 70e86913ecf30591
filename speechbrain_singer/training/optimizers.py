"""One optimiser for most modules, and others for some."""

import torch


def make_optimizers(modules, own, make):
    """Optimisers by name: `optimizer`, and `<module>_optimizer`.

    SpeechBrain clips the gradients of an optimiser's first group of
    parameters only, so that groups would not do.

    Arguments
    ---------
    modules : mapping of str to torch.nn.Module
    own : collection of str
        The modules with an optimiser of their own.
    make : callable
        From the modules of an optimiser to the optimiser.

    Returns
    -------
    optimizers : dict of str to torch.optim.Optimizer

    Raises
    ------
    ValueError
        If there is no such module, or no other one.

    Example
    -------
    >>> modules = {name: torch.nn.Linear(2, 2) for name in ("a", "b")}
    >>> sgd = lambda modules: torch.optim.SGD(modules.parameters(), lr=0.1)
    >>> list(make_optimizers(modules, ["b"], sgd))
    ['optimizer', 'b_optimizer']
    """
    unknown = set(own) - set(modules)
    if unknown or set(own) == set(modules):
        raise ValueError(
            f"lr_scales names {', '.join(sorted(own))}; it may name some, not "
            f"all, of the modules {', '.join(modules)}"
        )
    shared = torch.nn.ModuleDict(modules)
    apart = {
        f"{name}_optimizer": torch.nn.ModuleDict({name: shared.pop(name)})
        for name in own
    }
    return {
        name: make(modules)
        for name, modules in {"optimizer": shared, **apart}.items()
    }
