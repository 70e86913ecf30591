import pytest
import torch
from safetensors.torch import load_file, save_file

from speechbrain_singer.dataio.weights import (
    check_finite,
    read_tensors,
    read_weights,
    write_tensors,
)


def tensors():
    generator = torch.Generator().manual_seed(0)
    return {
        "weight": torch.randn(3, 2, generator=generator),
        "steps": torch.tensor(5),
        "none": torch.zeros(0),
        "half": torch.ones(2).bfloat16(),
    }


def test_tensors_come_back(tmp_path):
    written = write_tensors(tmp_path / "a.safetensors", tensors())
    back, sha256 = read_tensors(tmp_path / "a.safetensors", "copy it anew")
    assert sha256 == written and len(sha256) == 64
    assert back.keys() == tensors().keys()
    for name, value in tensors().items():
        assert back[name].dtype == value.dtype
        assert torch.equal(back[name], value)
    # As anybody else reads it
    other = load_file(tmp_path / "a.safetensors")
    assert torch.equal(other["weight"], tensors()["weight"])


def test_views_and_shared_tensors_are_written(tmp_path):
    weight = torch.randn(4, 3)
    shared = {"a": weight.T, "b": weight, "c": weight[1:]}
    write_tensors(tmp_path / "a.safetensors", shared)
    back, _ = read_tensors(tmp_path / "a.safetensors", "")
    assert all(torch.equal(back[name], shared[name]) for name in shared)


def test_the_digest_is_that_of_the_content(tmp_path):
    first = write_tensors(tmp_path / "a", tensors())
    assert write_tensors(tmp_path / "b", dict(reversed(tensors().items())))
    assert write_tensors(tmp_path / "b", tensors()) == first
    others = (
        tensors() | {"weight": tensors()["weight"] + 1e-7},
        tensors() | {"weight": tensors()["weight"].reshape(2, 3)},
        tensors() | {"steps": torch.tensor(5, dtype=torch.int32)},
        {f"a{name}": value for name, value in tensors().items()},
    )
    digests = {write_tensors(tmp_path / "b", other) for other in others}
    assert len(digests | {first}) == 5


def test_any_flipped_bit_is_noticed(tmp_path):
    path = tmp_path / "a.safetensors"
    write_tensors(path, {"weight": torch.ones(2), "bias": torch.ones(1)})
    whole = path.read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="copy it anew") as error:
            read_tensors(path, "copy it anew")
        assert str(path) in str(error.value)


@pytest.mark.parametrize("size", [0, 5, 100, -1])
def test_cut_tensors_are_named(tmp_path, size):
    path = tmp_path / "a.safetensors"
    write_tensors(path, tensors())
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ValueError, match=r"a\.safetensors: damaged: copy"):
        read_tensors(path, "copy it anew")


def test_tensors_without_a_digest_are_refused(tmp_path):
    save_file(tensors(), tmp_path / "a.safetensors")
    with pytest.raises(ValueError, match=r"has no digest.*copy it anew"):
        read_tensors(tmp_path / "a.safetensors", "copy it anew")


def test_missing_tensors_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"a: no such file: copy it"):
        read_tensors(tmp_path / "a", "copy it anew")


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_what_is_not_finite_is_named(value):
    weights = tensors()
    check_finite("a", weights, "train on")
    weights["weight"][1, 0] = value
    with pytest.raises(ValueError, match="a: the parameter weight is not fin"):
        check_finite("a", weights, "train on")


def test_weights_come_back(tmp_path):
    saved = {"weight": torch.randn(3), "step": 5}
    torch.save(saved, tmp_path / "a.ckpt")
    read = read_weights(tmp_path / "a.ckpt", "copy it anew")
    assert torch.equal(read["weight"], saved["weight"]) and read["step"] == 5


def test_missing_weights_are_named(tmp_path):
    path = tmp_path / "a.ckpt"
    with pytest.raises(
        FileNotFoundError, match="no such file: copy it"
    ) as error:
        read_weights(path, "copy it anew")
    assert str(path) in str(error.value)


def bits_lost(path):
    torch.save({"weight": torch.randn(1000)}, path)
    path.write_bytes(path.read_bytes()[:2000])


class Code:
    """What unpickling would run."""

    def __reduce__(self):
        return print, ("run",)


@pytest.mark.parametrize(
    "damage",
    [
        bits_lost,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_text("<html>not found</html>"),
        lambda path: torch.save(Code(), path),
    ],
)
def test_damaged_weights_are_named(tmp_path, damage, capsys):
    path = tmp_path / "a.ckpt"
    damage(path)
    with pytest.raises(
        ValueError, match="damaged, or no weights: copy"
    ) as error:
        read_weights(path, "copy it anew")
    assert str(path) in str(error.value)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("read", [read_tensors, read_weights])
def test_what_cannot_be_read_is_not_damaged(tmp_path, read):
    with pytest.raises(IsADirectoryError, match=str(tmp_path)):
        read(tmp_path, "copy it anew")
