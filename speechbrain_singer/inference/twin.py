"""The faster twin of a module, as long as nothing of it is trained."""

from speechbrain_singer.lobes.folding import folded


class FoldedTwin:
    """Gives a module's `folded` twin, which it keeps.

    The module stays what is trained, saved and exported. Where a parameter of
    it has a gradient, it is given itself; where one has changed since, by
    weights that were loaded or by a move, the twin is made anew. What is
    changed otherwise, such as a part that is replaced or a `forward`, is not
    noticed. Copies, and what is pickled, begin without a twin.

    Example
    -------
    >>> import torch
    >>> pair = torch.nn.Conv1d(2, 3, 5), torch.nn.BatchNorm1d(3)
    >>> module, twin = torch.nn.Sequential(*pair).eval(), FoldedTwin()
    >>> twin.of(module) is module  # which is trained
    True
    >>> twin.of(module.requires_grad_(False))[1]
    Identity()
    """

    def __init__(self):
        self._made = None, None, None

    def of(self, module):
        """The twin of a module in evaluation mode, or the module itself.

        Arguments
        ---------
        module : torch.nn.Module

        Returns
        -------
        module : torch.nn.Module
        """
        tensors = _tensors(module)
        if any(tensor.requires_grad for tensor in tensors):
            self._made = None, None, None
            return module
        original, state, twin = self._made
        if original is not module or not _are_same(state, tensors):
            twin = folded(module)
            # Detached, they keep the memory of which they are told apart
            state = [(tensor.detach(), _changes(tensor)) for tensor in tensors]
            self._made = module, state, twin
        return twin

    def __getstate__(self):
        return {"_made": (None, None, None)}


def _tensors(module):
    # `parameters` and `buffers` take several times as long, and this is done
    # for each batch
    own = [*module._parameters.values(), *module._buffers.values()]
    tensors = [tensor for tensor in own if tensor is not None]
    for part in module.children():
        tensors += _tensors(part)
    return tensors


def _are_same(state, tensors):
    return len(state) == len(tensors) and all(
        before.data_ptr() == tensor.data_ptr() and changes == _changes(tensor)
        for (before, changes), tensor in zip(state, tensors, strict=True)
    )


def _changes(tensor):
    """How often it was written to; those of inference mode do not count."""
    return 0 if tensor.is_inference() else tensor._version
