"""Against clovaai's own code: VOXCELEB_TRAINER=<a checkout of it> pytest ...

The repository is github.com/clovaai/voxceleb_trainer.
"""

import importlib
import os

import pytest
import torch

from speechbrain_singer.baselines.clovaai import HASP, FResNet

CHECKOUT = os.environ.get("VOXCELEB_TRAINER")


@pytest.mark.skipif(CHECKOUT is None, reason="VOXCELEB_TRAINER is not set")
@pytest.mark.parametrize(
    ("cls", "name", "arguments"),
    [
        (FResNet, "ResNetSE34L", {"encoder_type": "SAP", "n_mels": 40}),
        (HASP, "ResNetSE34V2", {"encoder_type": "ASP", "n_mels": 64}),
    ],
)
@torch.no_grad()
def test_equals_the_public_code(cls, name, arguments, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(CHECKOUT)
    torch.manual_seed(0)
    module = importlib.import_module(f"models.{name}")
    public = module.MainModel(nOut=512, **arguments).eval()
    for norm in public.modules():
        if isinstance(norm, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)):
            norm.running_mean.normal_()
            norm.running_var.uniform_(0.5, 2.0)
            norm.weight.uniform_(0.5, 1.5)
            norm.bias.normal_()
    checkpoint = {f"__S__.{k}": v for k, v in public.state_dict().items()}
    torch.save(checkpoint, tmp_path / "random.model")
    encoder = cls(tmp_path / "random.model")
    for samples in (257, 4000, 64321):
        wavs = 0.1 * torch.randn(3, samples)
        expected = public(wavs)
        difference = encoder.encode_batch(wavs)[:, 0] - expected
        assert difference.abs().max() < 1e-5 * expected.abs().max()
