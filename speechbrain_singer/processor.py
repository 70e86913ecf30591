"""The processor: how many cores, and in which precision it is fast."""

import os
from functools import cache

import torch
from speechbrain.utils.logger import get_logger

logger = get_logger(__name__)

# By the names that `torch.cpu.get_capabilities` has for them: Intel's and
# AMD's, and that of ARM
_UNITS = ("amx_bf16", "avx512_bf16", "bf16")


def own_cores():
    """How many cores this process may use.

    Example
    -------
    >>> own_cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS, Windows


def has_bfloat16():
    """Whether the processor has instructions for it, and torch uses them."""
    capabilities = torch.cpu.get_capabilities()
    units = any(capabilities.get(unit, False) for unit in _UNITS)
    return units and torch.backends.mkldnn.is_available()


def fast_precision():
    """SpeechBrain's name of the precision to train in on this processor.

    Example
    -------
    >>> fast_precision() in ("bf16", "fp32")
    True
    """
    return "bf16" if has_bfloat16() else "fp32"


@cache
def warn_of_slow_precision(precision, device_type):
    """Says, once, that bfloat16 is slow on a processor that has none.

    Arguments
    ---------
    precision : str
        SpeechBrain's name: bf16, fp16 or fp32.
    device_type : str
        Where it is computed: cpu or another.
    """
    if device_type == "cpu" and precision == "bf16" and not has_bfloat16():
        logger.warning(
            "precision bf16: this processor has no instructions for bfloat16 "
            "(AMX or AVX512-BF16): training takes longer in it, and encoding "
            "hardly less; fp32 is faster, and more precise"
        )
