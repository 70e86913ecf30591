"""Small trained additions to a front end that stays as it is."""

import math

import torch
from speechbrain.nnet.adapters import HoulsbyAdapterLinear, replace_module
from torch.nn.utils.parametrize import register_parametrization

from speechbrain_singer.checks import check_whole
from speechbrain_singer.lobes.layered import LayeredFrontEnd

KINDS = ("lora", "bottleneck")
# Of a transformer's layer: query and value, and the end of the feed-forward
# part; MuQ's have names of their own
_ATTENTION = ("q_proj", "v_proj", "linear_q", "linear_v")
_FEED_FORWARD = ("feed_forward.output_dense", "ffn2.output_dense")


def adapted(front_end, kind="lora", rank=8):
    """A front end of which only small additions are trained.

    At the start its output is unchanged. Two kinds:

    - lora: to the weights of query and value in each layer's attention a
      product of two matrices is added (Hu et al., "LoRA", ICLR 2022).
    - bottleneck: what each layer's feed-forward part gives goes through two
      small layers and is added to itself (Houlsby et al., ICML 2019; after
      this part alone, as Pfeiffer et al., EACL 2021, have it). The adapter is
      SpeechBrain's.

    Arguments
    ---------
    front_end : LayeredFrontEnd
        With a transformer. It is not copied, and changed.
    kind : str
        lora or bottleneck.
    rank : int
        Of the product, or the width of the small layer.

    Returns
    -------
    adapted : AdaptedFrontEnd

    Raises
    ------
    ValueError
        If there is no such kind, or nothing in the front end that it is for.

    Example
    -------
    >>> from speechbrain_singer.lobes.front_ends import FrontEnd
    >>> front_end = adapted(FrontEnd("wavlm"))  # doctest: +SKIP
    >>> state = front_end.state_dict()  # doctest: +SKIP
    >>> sum(value.numel() for value in state.values())  # doctest: +SKIP
    294912
    """
    if kind not in KINDS:
        raise ValueError(
            f"no adapter {kind!r}: there are {' and '.join(KINDS)}"
        )
    check_whole("rank", rank, least=1)
    ends, insert = {
        "lora": (_ATTENTION, _add_product),
        "bottleneck": (_FEED_FORWARD, _add_bottleneck),
    }[kind]
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
    front_end.freeze()
    adapters = [insert(front_end, name, rank) for name in places]
    return AdaptedFrontEnd(front_end, adapters)


class AdaptedFrontEnd(LayeredFrontEnd):
    """What `adapted` makes: a frozen front end, and adapters in it.

    `freeze` and `unfreeze` are about the adapters; the rest is always frozen,
    in evaluation mode. A state dict has the adapters alone, so that checkpoints
    are small: it is loaded into a front end of the same source, adapted alike.

    Arguments
    ---------
    front_end : LayeredFrontEnd
        Frozen, with the adapters in their places.
    adapters : list of torch.nn.Module

    Attributes
    ----------
    sample_rate, min_samples, layers, width, frame_rate, first_frame, frozen
        As `LayeredFrontEnd` has them.
    """

    def __init__(self, front_end, adapters):
        super().__init__()
        for name in ("sample_rate", "min_samples", "layers", "width"):
            setattr(self, name, getattr(front_end, name))
        self.frame_rate = front_end.frame_rate
        self.first_frame = front_end.first_frame
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
        for name in self._base():
            del state[prefix + name]
        return state

    def normalised(self, wavs):
        """Each row as the front end wants it: [batch, time]."""
        return self.front_end.normalised(wavs)

    def hidden_layers(self, wavs):
        """As `forward`, of what is normalised already."""
        return self.front_end.hidden_layers(wavs)

    def _base(self):
        """The tensors of the front end by name, those of adapters left out."""
        state = super().state_dict(keep_vars=True)
        return {n: v for n, v in state.items() if n not in self._trained}


def _with_own_base(module, state_dict, prefix, *_):
    """A state dict has no tensors of the front end: they stay as they are."""
    for name, value in module._base().items():
        state_dict.setdefault(prefix + name, value)


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
