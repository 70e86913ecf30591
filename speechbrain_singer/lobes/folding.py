"""Batch normalisation of fixed statistics, folded into the convolutions."""

from itertools import pairwise

import torch
from torch.nn.utils.fusion import fuse_conv_bn_weights

_CONVOLUTIONS = (torch.nn.Conv1d, torch.nn.Conv2d)
_NORMS = (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)


def folded(module):
    """A twin with less to compute.

    Where batch normalisation directly follows a convolution in a
    `Sequential`, and is in evaluation mode, the convolution's weights take
    over its scale and its shift. What is computed stays the same, but for
    rounding. The module stays as it is; the twin shares with it whatever is
    not folded, and is of use as long as the module's parameters stay.

    Arguments
    ---------
    module : torch.nn.Module

    Returns
    -------
    twin : torch.nn.Module
        The module itself if there is nothing to fold.

    Example
    -------
    >>> pair = torch.nn.Conv1d(2, 3, 5), torch.nn.BatchNorm1d(3)
    >>> folded(torch.nn.Sequential(*pair).eval())
    Sequential(
      (0): Conv1d(2, 3, kernel_size=(5,), stride=(1,))
      (1): Identity()
    )
    """
    # Not `named_children`, which leave out what stands there a second time
    own = {n: part for n, part in module._modules.items() if part is not None}
    parts = {name: folded(part) for name, part in own.items()}
    if type(module).forward is torch.nn.Sequential.forward:
        _fold_pairs(parts)
    if all(parts[name] is part for name, part in own.items()):
        return module
    return _twin(module, _modules=module._modules | parts)


def _fold_pairs(parts):
    for first, second in pairwise(parts):
        conv, norm = parts[first], parts[second]
        # Of these types themselves: what is derived may compute more
        if type(conv) not in _CONVOLUTIONS or type(norm) not in _NORMS:
            continue
        if norm.training or norm.running_mean is None:
            continue
        # Hooks may make weights (spectral norm), and look at what is between
        if _has_hooks(conv) or _has_hooks(norm):
            continue
        parts[first] = _fold(conv, norm)
        parts[second] = torch.nn.Identity()


def _has_hooks(module):
    return bool(module._forward_hooks or module._forward_pre_hooks)


@torch.no_grad()
def _fold(conv, norm):
    weight, bias = fuse_conv_bn_weights(
        *(conv.weight, conv.bias, norm.running_mean, norm.running_var),
        *(norm.eps, norm.weight, norm.bias),
    )
    return _twin(conv, _parameters={"weight": weight, "bias": bias})


def _twin(module, **others):
    # Not `copy.copy`: compiled modules would share all with theirs
    twin = object.__new__(type(module))
    twin.__dict__.update(module.__dict__ | others)
    return twin
