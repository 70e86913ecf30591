"""Modules that several processes on CPUs train together."""

from speechbrain.utils.distributed import if_main_process
from speechbrain.utils.logger import get_logger
from torch.nn.parallel import DistributedDataParallel

logger = get_logger(__name__)


def share_gradients_on_cpus(modules, find_unused_parameters=False):
    """Wraps modules that learn, so that processes average their gradients.

    SpeechBrain converts to torch's SyncBatchNorm, which refuses CPU tensors.

    Arguments
    ---------
    modules : torch.nn.ModuleDict
        Changed in place.
    find_unused_parameters : bool
        As `DistributedDataParallel` has it.
    """
    if if_main_process():
        logger.warning(
            "batch normalisation is not synchronised between processes "
            "on CPUs: each normalises by its own part of the batch"
        )
    for name, module in modules.items():
        if any(p.requires_grad for p in module.parameters()):
            modules[name] = DistributedDataParallel(
                module, find_unused_parameters=find_unused_parameters
            )
