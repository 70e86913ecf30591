"""Another fingerprint for another encoder, in whatever way it differs."""

import importlib.util
import os
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from speechbrain_singer.baselines.layer_means import LayerMeans
from speechbrain_singer.baselines.mfcc import MFCCStatistics
from speechbrain_singer.evaluation.fingerprint import (
    NoFingerprintError,
    fingerprint,
    rows_fingerprint,
)


class Plain:
    def __init__(self, held):
        self.held = held


class Private:
    def __init__(self, held):
        self._held = held


class Module(torch.nn.Module):
    def __init__(self, held):
        super().__init__()
        self.held = held


class Buffered(torch.nn.Module):
    def __init__(self, held):
        super().__init__()
        buffer = torch.tensor(float(held))
        self.register_buffer("buffer", buffer, persistent=False)


def linear(seed):
    torch.manual_seed(seed)
    return torch.nn.Linear(2, 2)


HELD = {
    "number": int,
    "text": str,
    "list": lambda seed: [0, seed],
    "dict": lambda seed: {"a": {"b": seed}},
    "set": lambda seed: {seed, "x"},
    "array": lambda seed: np.array([0, seed]),
    "tensor": lambda seed: torch.tensor([0, seed]),
    "namespace": lambda seed: SimpleNamespace(window_seconds=seed),
    "object": Plain,
    "module": linear,
    "modules": lambda seed: {"a": [linear(seed)]},
    "path": lambda seed: os.path.join("a", str(seed)),
    "class": lambda seed: (Plain, Private)[seed],
}


@pytest.mark.parametrize("held", HELD.values(), ids=HELD)
@pytest.mark.parametrize("cls", [Plain, Private, Module])
def test_all_that_it_holds_counts(cls, held):
    assert fingerprint(cls(held(0))) == fingerprint(cls(held(0)))
    assert fingerprint(cls(held(0))) != fingerprint(cls(held(1)))


def test_buffers_that_are_not_saved_count():
    assert fingerprint(Buffered(1)) == fingerprint(Buffered(1))
    assert fingerprint(Buffered(1)) != fingerprint(Buffered(2))


def test_the_class_counts():
    assert fingerprint(Plain(1)) != fingerprint(Private(1))


def test_a_circle_ends():
    first, second = Plain(None), Plain(None)
    first.held, second.held = second, first
    assert fingerprint(first) == fingerprint(first)


def test_threshold_and_mode_do_not_count():
    known = fingerprint(MFCCStatistics())
    other = MFCCStatistics().train()
    other.threshold = 0.5
    assert fingerprint(other) == known
    other.statistics.trim_db += 1
    assert fingerprint(other) != known


def test_the_code_counts_and_that_of_its_base(tmp_path):
    def load(gain):
        (tmp_path / "base.py").write_text(f"class Base:\n    gain = {gain}\n")
        (tmp_path / "mine.py").write_text(
            "import base\n\n\nclass Mine(base.Base):\n    pass\n"
        )
        modules = {}
        for name in ("base", "mine"):
            spec = importlib.util.spec_from_file_location(
                name, tmp_path / f"{name}.py"
            )
            modules[name] = importlib.util.module_from_spec(spec)
            with pytest.MonkeyPatch.context() as patch:
                patch.setitem(
                    __import__("sys").modules, "base", modules["base"]
                )
                patch.setitem(__import__("sys").modules, name, modules[name])
                patch.setattr("sys.dont_write_bytecode", True)
                spec.loader.exec_module(modules[name])
                if name == "mine":
                    return fingerprint(modules["mine"].Mine())

    assert load(1) == load(1)
    assert load(1) != load(2)


def test_what_cannot_be_told_is_named():
    with pytest.raises(NoFingerprintError, match=r"encoder\.held"):
        fingerprint(Plain(number for number in range(3)))


def test_a_changed_file_and_another_stretch_are_read(tmp_path):
    rows = [{"wav": str(tmp_path / f"{name}.wav")} for name in "ab"]
    for row in rows:
        open(row["wav"], "w").close()
    known = rows_fingerprint(rows)
    stretches = {known, rows_fingerprint(rows[::-1])}
    for start, stop in ((0, 400), (0, 401), (1, 400)):
        cut = [row | {"start": start, "stop": stop} for row in rows]
        stretches.add(rows_fingerprint(cut))
    os.utime(rows[0]["wav"], (1, 1))
    stretches.add(rows_fingerprint(rows))
    assert len(stretches) == 6


def test_hooks_count_and_their_numbers_do_not():
    """torch numbers the hooks of all modules of a process."""
    plain, normed, hooked = (torch.nn.Linear(2, 2) for _ in range(3))
    for layer in (normed, hooked):
        layer.load_state_dict(plain.state_dict())
        torch.nn.utils.parametrizations.weight_norm(layer)
    assert fingerprint(normed) == fingerprint(hooked) != fingerprint(plain)
    hooked.register_forward_hook(lambda module, inputs, output: 2 * output)
    assert fingerprint(normed) != fingerprint(hooked)


@pytest.mark.parametrize("name", ["wavlm", "music2vec"])
def test_a_front_end_is_the_same_in_every_process(name, tmp_path):
    folders = pytest.importorskip("wav2vec2_folders")
    folders.save_model(tmp_path, name)
    encoder, twin = LayerMeans(tmp_path), LayerMeans(tmp_path)
    before = fingerprint(encoder)
    encoder.encode_batch(torch.randn(1, 4000))
    assert before == fingerprint(encoder) == fingerprint(twin)
    assert before != fingerprint(LayerMeans(tmp_path, layer=1))


@pytest.mark.parametrize("how", ["with_kwargs", "always_call"])
def test_hooks_of_any_kind_count(how):
    """torch keeps beside a hook that it is of this kind."""
    plain, hooked = linear(0), linear(0)
    hooked.register_forward_hook(print, **{how: True})
    assert fingerprint(plain) != fingerprint(hooked) == fingerprint(hooked)


def test_references_of_hooks_are_followed():
    """As adapters of a front end have them: to the module itself."""

    class Hooked(Module):
        def __init__(self, held):
            super().__init__(held)
            self.register_load_state_dict_pre_hook(lambda module, *_: None)

    assert fingerprint(Hooked(1)) == fingerprint(Hooked(1))
    assert fingerprint(Hooked(1)) != fingerprint(Hooked(2))
