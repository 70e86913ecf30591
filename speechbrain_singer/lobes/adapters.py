"""Small trained additions to a front end that stays as it is."""

import math

import torch
from speechbrain.nnet.adapters import HoulsbyAdapterLinear, replace_module
from torch.nn.utils.parametrize import register_parametrization

from speechbrain_singer.checks import check_choice, check_whole
from speechbrain_singer.lobes.layered import LayeredFrontEnd

KINDS = ("lora", "bottleneck")
# Of a transformer's layer: query and value, and the end of the feed-forward
# part; MuQ's have names of their own
_ATTENTION = ("q_proj", "v_proj", "linear_q", "linear_v")
_FEED_FORWARD = ("feed_forward.output_dense", "ffn2.output_dense")


def adapted(front_end, kind=None, rank=8):
    """A front end, adapted if that is asked for.

    Arguments
    ---------
    front_end : LayeredFrontEnd
    kind : str, optional
        lora or bottleneck. The front end as it is if left out.
    rank : int
        As `AdaptedFrontEnd` takes it.

    Returns
    -------
    front_end : LayeredFrontEnd

    Raises
    ------
    ValueError
        As `AdaptedFrontEnd`.
    """
    if kind is None:
        return front_end
    return AdaptedFrontEnd(front_end, kind, rank)


class AdaptedFrontEnd(LayeredFrontEnd):
    """A front end of which only small additions are trained.

    At the start its output is unchanged. Two kinds:

    - lora: to the weights of query and value in each layer's attention a
      product of two matrices is added (Hu et al., "LoRA", ICLR 2022).
    - bottleneck: what each layer's feed-forward part gives goes through two
      small layers and is added to itself (Houlsby et al., ICML 2019; after
      this part alone, as Pfeiffer et al., EACL 2021, have it). The adapter is
      SpeechBrain's.

    `freeze` and `unfreeze` are about the adapters; the rest is always frozen,
    in evaluation mode. A state dict has the adapters alone, so that checkpoints
    are small: it is loaded into a front end of the same source, adapted alike.
    `whole_state` has all.

    Arguments
    ---------
    front_end : LayeredFrontEnd
        With a transformer. It is not copied, and changed.
    kind : str
        lora or bottleneck.
    rank : int
        Of the product, or the width of the small layer: up to the width of
        the front end's layers.

    Attributes
    ----------
    sample_rate, min_samples, layers, width, frame_rate, first_frame, frozen
        As `LayeredFrontEnd` has them.

    Raises
    ------
    ValueError
        If there is no such kind, or nothing in the front end that it is for.

    Example
    -------
    >>> from speechbrain_singer.lobes.front_ends import FrontEnd
    >>> front_end = AdaptedFrontEnd(FrontEnd.load("wavlm"))  # doctest: +SKIP
    >>> state = front_end.state_dict()  # doctest: +SKIP
    >>> sum(value.numel() for value in state.values())  # doctest: +SKIP
    294912
    """

    def __init__(self, front_end, kind="lora", rank=8):
        super().__init__()
        check_choice("adapter", kind, KINDS)
        places = _places(front_end, kind)
        what = "rank of the adapter"
        check_whole(what, rank, least=1, most=front_end.width)
        self.kind = kind
        self.rank = rank
        for name in ("sample_rate", "min_samples", "layers", "width"):
            setattr(self, name, getattr(front_end, name))
        self.frame_rate = front_end.frame_rate
        self.first_frame = front_end.first_frame
        insert = {"lora": _add_product, "bottleneck": _add_bottleneck}[kind]
        front_end.freeze()
        adapters = [insert(front_end, name, rank) for name in places]
        self.front_end = front_end
        trained = {p for adapter in adapters for p in adapter.parameters()}
        self._trained = frozenset(
            name for name, p in self.named_parameters() if p in trained
        )
        self.register_load_state_dict_pre_hook(_with_own_base)
        self.unfreeze()

    def keep_frozen(self):
        """All but the adapters."""
        for name, parameter in self.named_parameters():
            parameter.requires_grad_(name in self._trained)

    def state_dict(self, *, destination=None, prefix="", keep_vars=False):
        """As torch's, of the adapters alone."""
        state = super().state_dict(
            destination=destination, prefix=prefix, keep_vars=keep_vars
        )
        for name in self.base_state():
            del state[prefix + name]
        return state

    def normalised(self, wavs):
        """Each row as the front end wants it: [batch, time]."""
        return self.front_end.normalised(wavs)

    def hidden_layers(self, wavs):
        """As `forward`, of what is normalised already."""
        return self.front_end.hidden_layers(wavs)

    def base_state(self):
        """The tensors of the front end by name, those of adapters left out."""
        state = super().state_dict(keep_vars=True)
        return {n: v for n, v in state.items() if n not in self._trained}


def whole_state(module):
    """The state of a module, of frozen front ends in it too.

    Arguments
    ---------
    module : torch.nn.Module

    Returns
    -------
    state : dict of str to torch.Tensor
        As `state_dict`, with all that adapters are added to.

    Example
    -------
    >>> list(whole_state(torch.nn.Linear(3, 2)))
    ['weight', 'bias']
    """
    state = dict(module.state_dict())
    for name, part in module.named_modules():
        if isinstance(part, AdaptedFrontEnd):
            prefix = f"{name}." if name else ""
            for key, value in part.base_state().items():
                state[prefix + key] = value
    return state


def _with_own_base(module, state_dict, prefix, *_):
    """A state dict has no tensors of the front end: they stay as they are."""
    for name, value in module.base_state().items():
        state_dict.setdefault(prefix + name, value)


def _places(front_end, kind):
    """The names of the linear layers that get an adapter."""
    ends = {"lora": _ATTENTION, "bottleneck": _FEED_FORWARD}[kind]
    if isinstance(front_end, AdaptedFrontEnd):
        raise ValueError("the front end has adapters already: train those")
    places = [
        name
        for name, module in front_end.named_modules()
        if isinstance(module, torch.nn.Linear) and name.endswith(ends)
    ]
    if not places:
        raise ValueError(
            f"{type(front_end).__name__} has no transformer to adapt: train "
            "it whole, with unfreeze()"
        )
    return places


class _Product(torch.nn.Module):
    """Adds a product of two matrices to a weight: [outputs, inputs]."""

    def __init__(self, weight, rank):
        super().__init__()
        outputs, inputs = weight.shape
        self.down = torch.nn.Parameter(weight.new_empty(rank, inputs))
        self.up = torch.nn.Parameter(weight.new_zeros(outputs, rank))
        torch.nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, weight):
        return weight + self.up @ self.down


def _add_product(front_end, name, rank):
    # Not SpeechBrain's LoRA, which takes the linear layer's place: WavLM's
    # attention reads the weights and never calls the layer
    linear = front_end.get_submodule(name)
    product = _Product(linear.weight, rank)
    register_parametrization(linear, "weight", product)
    return product


def _add_bottleneck(front_end, name, rank):
    linear = front_end.get_submodule(name)
    adapter = HoulsbyAdapterLinear(linear, rank)
    torch.nn.init.zeros_(adapter.adapter_up_proj.weight)
    replace_module(front_end, name, adapter)
    small = (adapter.adapter_down_proj, adapter.adapter_up_proj)
    return torch.nn.ModuleList(small)
