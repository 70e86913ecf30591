from pathlib import Path

import pytest
import torch
from brains import Figures

from speechbrain_singer import processor
from speechbrain_singer.inference.guest import Guest
from speechbrain_singer.processor import (
    fast_precision,
    has_bfloat16,
    warn_of_slow_precision,
)
from speechbrain_singer.training.brain import TrainingBrain

CPUINFO = Path("/proc/cpuinfo")


def guest(precision):
    run_opts = {"precision": precision, "device": "cpu"}
    Guest({"linear": torch.nn.Linear(2, 2)}, {}, run_opts)


def brain(precision, key="precision"):
    TrainingBrain(
        {"linear": torch.nn.Linear(2, 2)},
        run_opts={key: precision, "device": "cpu"},
        **{"seed": 0, "lr_schedule": None, "log": Figures()},
    )


@pytest.fixture(autouse=True)
def again():
    warn_of_slow_precision.cache_clear()
    yield
    warn_of_slow_precision.cache_clear()


def of(monkeypatch, **capabilities):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)


@pytest.mark.parametrize("make", [guest, brain])
def test_slow_bfloat16_is_said_once(make, monkeypatch, caplog):
    of(monkeypatch, avx2=True, avx512_bf16=False)
    make("fp32")
    assert "this processor" not in caplog.text
    for _ in range(2):
        make("bf16")
    assert caplog.text.count("this processor has no instructions") == 1


def test_so_it_is_of_a_validation(monkeypatch, caplog):
    of(monkeypatch, avx2=True)
    brain("bf16", "eval_precision")
    assert "this processor has no instructions" in caplog.text


@pytest.mark.parametrize("unit", ["amx_bf16", "avx512_bf16", "bf16"])
def test_of_fast_bfloat16_nothing_is_said(unit, monkeypatch, caplog):
    of(monkeypatch, **{unit: True})
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: True)
    guest("bf16")
    assert not caplog.records
    assert fast_precision() == "bf16"


def test_units_that_torch_does_not_use_are_none(monkeypatch):
    of(monkeypatch, bf16=True)
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    assert fast_precision() == "fp32"


def test_elsewhere_the_processor_does_not_matter(monkeypatch, caplog):
    monkeypatch.setattr(processor, "has_bfloat16", lambda: False)
    warn_of_slow_precision("bf16", "cuda")
    assert not caplog.records


@pytest.mark.skipif(not CPUINFO.is_file(), reason="needs Linux")
def test_it_is_what_linux_says():
    lines = CPUINFO.read_text().splitlines()
    (flags,) = {x for x in lines if x.startswith(("flags", "Features"))}
    words = set(flags.split())
    named = words & {"amx_bf16", "avx512_bf16", "bf16"}
    assert has_bfloat16() == bool(named)
