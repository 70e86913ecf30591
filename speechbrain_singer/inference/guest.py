"""A pretrained model as a part of somebody else's."""

import torch
from speechbrain.inference.interfaces import Pretrained
from speechbrain.utils.autocast import AMPConfig, TorchAutocast
from speechbrain.utils.run_opts import RunOptions

from speechbrain_singer.processor import warn_of_slow_precision


class Guest(Pretrained):
    """Keeps its mode and its precision, whatever the model around it gets.

    Training mode, in which batch norm takes other statistics and changes its
    own, is not for it, nor is another precision than that of its `run_opts`.
    It is moved with the model, and its parameters can be trained: also frozen
    ones after `requires_grad_()` of the model, which torch passes by modules.

    The arguments are those of SpeechBrain's `Pretrained`.

    Example
    -------
    >>> guest = Guest({"norm": torch.nn.BatchNorm1d(2)}, {})
    >>> model = torch.nn.ModuleList([guest, torch.nn.Linear(2, 2)])
    >>> _ = model.train().half()
    >>> guest.mods.norm.training, guest.mods.norm.weight.dtype
    (False, torch.float32)
    """

    def __init__(
        self, modules=None, hparams=None, run_opts=None, freeze_params=True
    ):
        if isinstance(run_opts, dict) and run_opts.get("device") is not None:
            # SpeechBrain knows devices by name only
            run_opts = {**run_opts, "device": str(run_opts["device"])}
        _check(run_opts)
        super().__init__(modules, hparams, run_opts, freeze_params)
        warn_of_slow_precision(self.precision, self.device_type)
        self.eval()

    def train(self, mode=True):
        """As torch's, but the modules stay in evaluation mode."""
        super().train(mode)
        self.mods.eval()
        return self

    def _apply(self, fn, recurse=True):
        probe = fn(torch.zeros(1, dtype=torch.float32, device=self.device))
        if probe.dtype != torch.float32:
            super()._apply(lambda tensor: tensor.to(probe.device), recurse)
        else:
            super()._apply(fn, recurse)
        if probe.device.type != self.device_type:
            self.device_type = probe.device.type
            dtype = AMPConfig.from_name(self.precision).dtype
            self.inference_ctx = TorchAutocast(self.device_type, dtype=dtype)
        self.device = str(next(self.mods.parameters(), probe).device)
        return self


def _check(run_opts):
    """Refuses options that SpeechBrain, or torch, would choke on later."""
    if run_opts is None:
        return
    if not isinstance(run_opts, (dict, RunOptions)):
        raise ValueError(
            f"run_opts is a dict, such as {{'device': 'cpu'}}, not {run_opts!r}"
        )
    known = RunOptions().as_dict()
    options = run_opts if isinstance(run_opts, dict) else run_opts.as_dict()
    for name in options:
        if name not in known:
            raise ValueError(f"run_opts: SpeechBrain has no option {name!r}")
    try:
        AMPConfig.from_name(options.get("precision"))
        if options.get("device") is not None:
            torch.empty(0, device=options["device"])
    # Of a device that is not there torch tells in several ways
    except (ValueError, RuntimeError, AssertionError) as error:
        raise ValueError(f"run_opts {options}: {error}") from error
